import type { StoredCredentials } from './credentials.repository.js';
import type { StoredSignalKey } from './signal-keys.repository.js';

/**
 * What an archive holds of an instance's credentials. Format 1, big-endian, never changed once published:
 * u8 format, u32 version, u64 epoch, i64 revoked at (ms, -1: not), bytes ciphertext, u32 number of keys, and of each key
 * u8-prefixed type, u8-prefixed id hash, bytes ciphertext. `bytes` is a u32 length and so many bytes; the length 2^32-1 is null.
 */
export interface ArchivedCredentials {
  credentials: StoredCredentials;
  keys: StoredSignalKey[];
}

const FORMAT = 1;
const NULL_LENGTH = 0xffff_ffff;
const NOT_REVOKED = -1n;

export function packCredentials({ credentials, keys }: ArchivedCredentials): Buffer {
  const { version, ownerEpoch, revokedAt, ciphertext } = credentials;
  return Buffer.concat([
    ...[u8(FORMAT), u32(version), u64(ownerEpoch), i64(revokedAt ? BigInt(revokedAt.getTime()) : NOT_REVOKED), bytes(ciphertext)],
    u32(keys.length),
    ...keys.flatMap((key) => [short(Buffer.from(key.type)), short(key.idHash), bytes(key.ciphertext)]),
  ]);
}

/** @throws when it is not what `packCredentials` wrote */
export function unpackCredentials(packed: Buffer): ArchivedCredentials {
  const reader = new Reader(packed);
  if (reader.u8() !== FORMAT) throw new Error('The archived credentials have a format that this version does not know');
  const [version, ownerEpoch, revokedAt, ciphertext] = [reader.u32(), reader.u64(), reader.i64(), reader.bytes()];
  const keys = Array.from({ length: reader.u32() }, () => reader.signalKey());
  reader.end();
  return { credentials: { version, ownerEpoch, revokedAt: revokedAt === NOT_REVOKED ? null : new Date(Number(revokedAt)), ciphertext }, keys };
}

const u8 = (value: number): Buffer => Buffer.of(value);
const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const u64 = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(value);
  return buffer;
};
const i64 = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(value);
  return buffer;
};
const short = (value: Buffer): Buffer => Buffer.concat([u8(value.length), value]);
const bytes = (value: Buffer | null): Buffer => (value ? Buffer.concat([u32(value.length), value]) : u32(NULL_LENGTH));

class Reader {
  private at = 0;

  constructor(private readonly packed: Buffer) {}

  u8 = (): number => this.take(1).readUInt8();
  u32 = (): number => this.take(4).readUInt32BE();
  u64 = (): bigint => this.take(8).readBigUInt64BE();
  i64 = (): bigint => this.take(8).readBigInt64BE();

  bytes(): Buffer | null {
    const length = this.u32();
    return length === NULL_LENGTH ? null : this.take(length);
  }

  signalKey(): StoredSignalKey {
    const type = this.take(this.u8()).toString();
    const idHash = this.take(this.u8());
    const ciphertext = this.bytes();
    if (!ciphertext) throw truncated();
    return { type, idHash, ciphertext };
  }

  end(): void {
    if (this.at !== this.packed.length) throw truncated();
  }

  private take(length: number): Buffer {
    if (this.at + length > this.packed.length) throw truncated();
    this.at += length;
    return this.packed.subarray(this.at - length, this.at);
  }
}

const truncated = (): Error => new Error('The archived credentials are damaged');
