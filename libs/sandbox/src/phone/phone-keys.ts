import type { SignalDataSet, SignalDataTypeMap, SignalKeyStore } from '@whiskeysockets/baileys';
import type { KeyChange } from '../store/phone-keys.repository.js';

type Load = (type: string, ids: string[]) => Promise<Map<string, unknown>>;

/**
 * A phone's key store for as long as it is in use: reads through, keeps every change back until it is committed. So the ratchet moves
 * together with the message it moved for, or not at all.
 */
export class PhoneKeys implements SignalKeyStore {
  /** null: known to be absent */
  private readonly known = new Map<string, unknown>();
  private readonly changed = new Map<string, KeyChange>();
  private failure: Error | null = null;

  constructor(private readonly load: Load) {}

  async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]): Promise<Record<string, SignalDataTypeMap[T]>> {
    const missing = ids.filter((id) => !this.known.has(keyOf(type, id)));
    if (missing.length > 0) await this.fetch(type, missing);
    const found = ids.map((id) => [id, this.known.get(keyOf(type, id))] as const).filter(([, value]) => value !== null);
    return Object.fromEntries(found) as Record<string, SignalDataTypeMap[T]>;
  }

  set(data: SignalDataSet): void {
    for (const [type, values] of Object.entries(data)) {
      for (const [id, value] of Object.entries(values)) this.change({ type, id, value });
    }
  }

  /** What has not been committed yet. */
  changes(): KeyChange[] {
    return [...this.changed.values()];
  }

  /** The changes are stored. */
  settle(): void {
    this.changed.clear();
  }

  /** Forgets the changes, and with them what was read. */
  discard(): void {
    this.changed.clear();
    this.known.clear();
  }

  /** Baileys takes a key that could not be read for one that is not there: whoever acts on that asks here first. @throws the failed read */
  assertRead(): void {
    if (this.failure) throw this.failure;
  }

  private async fetch(type: string, ids: string[]): Promise<void> {
    const stored = await this.load(type, ids).catch((error: unknown) => {
      this.failure = error instanceof Error ? error : new Error('the keys could not be read');
      throw error;
    });
    for (const id of ids) this.known.set(keyOf(type, id), stored.get(id) ?? null);
  }

  private change(change: KeyChange): void {
    this.known.set(keyOf(change.type, change.id), change.value);
    this.changed.set(keyOf(change.type, change.id), change);
  }
}

function keyOf(type: string, id: string): string {
  return `${type}/${id}`;
}
