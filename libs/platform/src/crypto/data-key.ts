import { createHmac, hkdfSync } from 'node:crypto';
import { open, seal } from './sealed-box.js';

const HASH_BYTES = 16;
const KEY_BYTES = 32;

/** The key of one instance. Everything kept of it is sealed with this; when it is destroyed, all of it is. */
export class DataKey {
  private readonly key: Buffer;
  private hashKey: Buffer | undefined;

  constructor(
    key: Buffer,
    /** `tenantId|instanceId`: bound into every box */
    private readonly belongsTo: string,
  ) {
    // a copy of its own: a small buffer is mostly a piece of a page of 8 KiB, which would stay for as long as a session lives
    this.key = Buffer.alloc(key.length, key);
  }

  /** `field` names the place, for example `credentials` or `signal|session|<id>`: a box opens only there. */
  seal(field: string, plain: Uint8Array): Buffer {
    return seal(this.key, `${this.belongsTo}|${field}`, plain);
  }

  /** @throws when the box is not of this key, instance and field */
  open(field: string, box: Uint8Array): Buffer {
    return open(this.key, `${this.belongsTo}|${field}`, box);
  }

  /** A key for one place (HKDF, RFC 5869): whoever is shown it can open what is there, and nothing else. */
  derive(field: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, '', `tenure ${this.belongsTo}|${field}`, KEY_BYTES));
  }

  /** A keyed hash, 16 bytes: finds a row by a phone number or a chat without storing either. */
  hash(field: string, value: string): Buffer {
    this.hashKey ??= createHmac('sha256', this.key).update('tenure keyed hash').digest();
    return createHmac('sha256', this.hashKey).update(`${field.length}|${field}|`).update(value).digest().subarray(0, HASH_BYTES);
  }
}
