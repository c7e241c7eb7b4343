import { createPublicKey, verify } from 'node:crypto';

const PRIME = 2n ** 255n - 19n;
// RFC 8410: what DER puts in front of the 32 bytes of an Ed25519 key
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const SIGN_BIT = 0x80;

/**
 * Whether the owner of a Curve25519 key signed these bytes. Signal's XEdDSA: the signature is an Ed25519 signature under the same point,
 * and its last bit is the sign of that point's x. Done here with node:crypto: Baileys' own check
 * cannot say no, and takes thirty times as long.
 */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const plain = Buffer.from(signature);
  const point = edwardsPoint(publicKey, plain[63]! & SIGN_BIT);
  plain[63]! &= ~SIGN_BIT;
  const key = createPublicKey({ key: Buffer.concat([SPKI, point]), format: 'der', type: 'spki' });
  return verify(null, message, key, plain);
}

/** The Edwards form of a Montgomery key: y = (u - 1) / (u + 1), little-endian, with the given sign of x. */
function edwardsPoint(montgomery: Uint8Array, sign: number): Buffer {
  const u = BigInt(`0x${Buffer.from(montgomery).reverse().toString('hex')}`) % PRIME;
  const y = mod((u - 1n) * inverse(u + 1n));
  const bytes = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
  bytes[31]! |= sign;
  return bytes;
}

function mod(value: bigint): bigint {
  return ((value % PRIME) + PRIME) % PRIME;
}

/** By Fermat: a^(p-2). */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = mod(value);
  for (let exponent = PRIME - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}
