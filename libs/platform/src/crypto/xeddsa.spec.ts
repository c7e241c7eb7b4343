import fc from 'fast-check';
import { Curve } from '@whiskeysockets/baileys';
import { isSignedBy } from './xeddsa.js';

describe('a signature of a Curve25519 key', () => {
  it('is recognised, and no other key, message or signature is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(511), (message, bit) => {
        const [key, other] = [Curve.generateKeyPair(), Curve.generateKeyPair()];
        const signature = Buffer.from(Curve.sign(key.private, message));
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
