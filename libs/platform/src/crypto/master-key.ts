import { createHash, hkdfSync } from 'node:crypto';
import { open, seal } from './sealed-box.js';

export const KEY_BYTES = 32;
const PROOF = Buffer.from('tenure master key check, 32 byte');

/** Wraps the data keys of instances. Its id is a fingerprint and tells which key wrapped what. */
export class MasterKey {
  readonly id: string;

  constructor(private readonly key: Buffer) {
    this.id = createHash('sha256').update('tenure master key id').update(key).digest('hex').slice(0, 16);
  }

  wrap(belongsTo: string, dataKey: Buffer): Buffer {
    return seal(this.key, `${belongsTo}|data-key`, dataKey);
  }

  unwrap(belongsTo: string, wrapped: Uint8Array): Buffer {
    return open(this.key, `${belongsTo}|data-key`, wrapped);
  }

  /** What the database keeps, so that another key is recognised before anything is sealed under it. */
  check(): Buffer {
    return this.wrap('platform', PROOF);
  }

  /** Whether `check` is of this key. */
  passes(check: Uint8Array): boolean {
    try {
      return this.unwrap('platform', check).equals(PROOF);
    } catch {
      return false;
    }
  }

  /** A key for one purpose and thing (HKDF, RFC 5869): what is sealed with it opens nothing else. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, '', `tenure ${purpose}`, KEY_BYTES));
  }
}
