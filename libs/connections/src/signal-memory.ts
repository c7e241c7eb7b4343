import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const MOST_BYTES = 32 * 2 ** 20;
/** of an entry besides its text */
const OVERHEAD = 200;

interface Remembered {
  /** null: it is not there */
  json: string | null;
  /** the places of everything that this claim remembers */
  of: Set<string>;
}

/**
 * Signal values as they are in the database, of all sessions together and bounded: the least recently used go. Holds text rather than objects,
 * which Baileys would change in place. Nothing is found here that is not durable: `OwnedSignalKeys` sees to it.
 */
@Injectable()
export class SignalMemory {
  private readonly values = new LRUCache<string, Remembered>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ json }, place) => (json?.length ?? 0) + place.length + OVERHEAD,
    dispose: ({ of }, place) => void of.delete(place),
  });
  private readonly ended = new FinalizationRegistry<Set<string>>((places) => this.forget(places));
  private claims = 0;

  /** Room for one claim, which finds nothing that another one remembered. When nobody has it any more, what it remembered goes. */
  room(): ClaimMemory {
    const places = new Set<string>();
    const room = new Room(this.values, places, `${++this.claims}|`);
    this.ended.register(room, places);
    return room;
  }

  private forget(places: Set<string>): void {
    for (const place of [...places]) this.values.delete(place);
  }
}

/** What one claim remembers. */
export interface ClaimMemory {
  /** JSON; null: it is known not to be there; undefined: unknown. */
  get(type: string, id: string): string | null | undefined;
  set(type: string, id: string, json: string | null): void;
  forget(type: string, id: string): void;
}

export const NO_MEMORY: ClaimMemory = { get: () => undefined, set: () => undefined, forget: () => undefined };

class Room implements ClaimMemory {
  constructor(
    private readonly values: LRUCache<string, Remembered>,
    private readonly places: Set<string>,
    private readonly prefix: string,
  ) {}

  get(type: string, id: string): string | null | undefined {
    return this.values.get(this.placeOf(type, id))?.json;
  }

  set(type: string, id: string, json: string | null): void {
    const place = this.placeOf(type, id);
    this.values.set(place, { json, of: this.places });
    this.places.add(place);
  }

  forget(type: string, id: string): void {
    this.values.delete(this.placeOf(type, id));
  }

  private placeOf(type: string, id: string): string {
    return `${this.prefix}${type}|${id}`;
  }
}
