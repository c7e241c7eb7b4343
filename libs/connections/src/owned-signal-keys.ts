import type { SignalDataSet, SignalDataTypeMap, SignalKeyStore } from '@whiskeysockets/baileys';
import type { ClaimMemory } from './signal-memory.js';
import { decodeSignalValue, jsonOf } from './whatsapp-engine.js';

/** A value under its type and id; null: it is not there, or goes. */
export interface SignalValue {
  type: string;
  id: string;
  json: string | null;
}

/** Where the values are kept. A write is all or nothing, and fails for whoever is not the owner any more. */
export interface KeptSignalKeys {
  read(type: string, ids: string[]): Promise<SignalValue[]>;
  write(values: SignalValue[]): Promise<void>;
}

/** Used once, by whoever writes to us for the first time, and written by the hundred. */
const NOT_REMEMBERED = 'pre-key';

/**
 * What Baileys reads and writes keys through, for one claim: nobody else writes them while it holds. Remembers what it read and what it
 * wrote, once that is committed. One write at a time, in the order asked; a value that is being written, or whose writing failed, is not remembered.
 */
export class OwnedSignalKeys implements SignalKeyStore {
  private turn: Promise<unknown> = Promise.resolve();
  /** goes up when a write begins and when it ends */
  private moves = 0;
  private writing = false;

  constructor(
    private readonly kept: KeptSignalKeys,
    private readonly memory: ClaimMemory,
  ) {}

  async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]): Promise<Record<string, SignalDataTypeMap[T]>> {
    const known = ids.map((id) => ({ id, json: this.memory.get(type, id) }));
    const unknown = known.filter(({ json }) => json === undefined).map(({ id }) => id);
    const read = unknown.length > 0 ? await this.read(type, unknown) : [];
    const found = [...known, ...read].flatMap(({ id, json }) => (json == null ? [] : [[id, decodeSignalValue(type, json)] as const]));
    return Object.fromEntries(found) as Record<string, SignalDataTypeMap[T]>;
  }

  set(data: SignalDataSet): Promise<void> {
    const done = this.turn.then(() => this.write(valuesIn(data)));
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async read(type: string, ids: string[]): Promise<SignalValue[]> {
    const before = this.moves;
    const values = await this.kept.read(type, ids);
    // what was read beside a write may be older than what it wrote
    if (!this.writing && this.moves === before) this.remember(values);
    return values;
  }

  private async write(values: SignalValue[]): Promise<void> {
    this.moves++;
    this.writing = true;
    try {
      for (const { type, id } of values) this.memory.forget(type, id);
      await this.kept.write(values);
      this.remember(values);
    } finally {
      this.moves++;
      this.writing = false;
    }
  }

  private remember(values: SignalValue[]): void {
    for (const { type, id, json } of values) if (type !== NOT_REMEMBERED) this.memory.set(type, id, json);
  }
}

/** `null` is Signal's word for used up. */
function valuesIn(data: SignalDataSet): SignalValue[] {
  return Object.entries(data).flatMap(([type, values]) =>
    Object.entries(values ?? {}).map(([id, value]) => ({ type, id, json: value === null || value === undefined ? null : jsonOf(value) })),
  );
}
