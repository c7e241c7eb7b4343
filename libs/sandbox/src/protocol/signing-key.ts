import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { publicKeyOf } from './x25519.js';

// RFC 8410: what DER puts in front of the 32 bytes of an Ed25519 seed
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;
const SIGN_BIT = 0x80;

/** A Curve25519 key of which the Ed25519 seed is known, so that node:crypto can sign with it: Signal's own code takes a hundred times as long. */
export interface SigningKey {
  public: Buffer;
  private: Buffer;
  /** 32 bytes */
  seed: Buffer;
}

/** RFC 8032: the private scalar of an Ed25519 key is the first half of its seed's hash; under Curve25519 the same scalar is a key, too. */
export function newSigningKey(seed = randomBytes(KEY_BYTES)): SigningKey {
  const scalar = createHash('sha512').update(seed).digest().subarray(0, KEY_BYTES);
  scalar[0]! &= 248;
  scalar[31] = (scalar[31]! & 127) | 64;
  return { public: publicKeyOf(scalar), private: scalar, seed };
}

/** As Signal signs (XEdDSA in libsignal's form): an Ed25519 signature whose last bit is the sign of the point's x. */
export function signWith({ seed }: Pick<SigningKey, 'seed'>, message: Uint8Array): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const point = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);
  const signature = sign(null, message, key);
  signature[63]! |= point[31]! & SIGN_BIT;
  return signature;
}
