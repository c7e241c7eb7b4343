import fc from 'fast-check';
import { isSignedBy } from '#libs/platform';
import { Curve } from './baileys.js';
import { newSigningKey, signWith } from './signing-key.js';
import { newKeyPair, sharedSecret } from './x25519.js';

describe('a key that signs natively', () => {
  it('makes signatures that the clients’ own code takes, of either sign', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ minLength: 1, maxLength: 100 }), (seed, message) => {
        const key = newSigningKey(Buffer.from(seed));
        const signature = signWith(key, message);
        expect(Curve.verify(key.public, message, signature)).toBe(true);
        expect(isSignedBy(key.public, message, signature)).toBe(true);
        expect(isSignedBy(key.public, message, Curve.sign(key.private, message))).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('is a Curve25519 key like any other', () => {
    const [key, other] = [newSigningKey(), newKeyPair()];
    expect(sharedSecret(key.private, other.public)).toEqual(sharedSecret(other.private, key.public));
  });
});
