import { createRequire } from 'node:module';
import fc from 'fast-check';
import { isSignedBy } from './xeddsa.js';

/** Signal's own code, in JavaScript. */
interface Curve {
  generateKeyPair(): { pubKey: Buffer; privKey: Buffer };
  calculateSignature(privateKey: Buffer, message: Uint8Array): Buffer;
}
const curve = createRequire(import.meta.url)('libsignal/src/curve.js') as Curve;
/** Without the byte that names the kind of key. */
const newKeys = () => {
  const { pubKey, privKey } = curve.generateKeyPair();
  return { public: pubKey.subarray(1), private: privKey };
};

describe('a signature of a Curve25519 key', () => {
  it('is recognised, and no other key, message or signature is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(511), (message, bit) => {
        const [key, other] = [newKeys(), newKeys()];
        const signature = curve.calculateSignature(key.private, message);
        expect(isSignedBy(key.public, message, signature)).toBe(true);
        expect(isSignedBy(other.public, message, signature)).toBe(false);
        expect(isSignedBy(key.public, Buffer.concat([message, Buffer.from([0])]), signature)).toBe(false);
        expect(isSignedBy(key.public, message, flip(signature, bit))).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['a key', 31, 64],
    ['a signature', 32, 63],
  ])('is not one when %s has the wrong length', (_what, key, signature) => {
    expect(isSignedBy(Buffer.alloc(key, 1), Buffer.from('x'), Buffer.alloc(signature, 1))).toBe(false);
  });
});

function flip(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
}
