import fc from 'fast-check';
import { type ArchivedCredentials, packCredentials, unpackCredentials } from './archived-credentials.js';

const bytes = (min = 0, max = 300) => fc.uint8Array({ minLength: min, maxLength: max }).map((array) => Buffer.from(array));
const archived: fc.Arbitrary<ArchivedCredentials> = fc.record({
  credentials: fc.record({
    version: fc.nat(2 ** 31 - 1),
    ownerEpoch: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    revokedAt: fc.option(fc.date({ min: new Date(0), noInvalidDate: true })),
    ciphertext: fc.option(bytes()),
  }),
  keys: fc.array(fc.record({ type: fc.string({ maxLength: 40 }), idHash: bytes(16, 16), ciphertext: bytes() }), { maxLength: 20 }),
});

describe('archived credentials', () => {
  it('come back byte for byte', () => {
    fc.assert(fc.property(archived, (given) => expect(unpackCredentials(packCredentials(given))).toEqual(given)));
  });

  it('are refused when a piece is missing or one too many', () => {
    fc.assert(
      fc.property(archived, fc.nat(), (given, at) => {
        const packed = packCredentials(given);
        expect(() => unpackCredentials(packed.subarray(0, at % packed.length))).toThrow();
        expect(() => unpackCredentials(Buffer.concat([packed, Buffer.of(0)]))).toThrow('damaged');
      }),
    );
  });

  it('have a format that later versions still read', () => {
    const credentials = { version: 2, ownerEpoch: 7n, revokedAt: null, ciphertext: Buffer.from('c0ffee', 'hex') };
    const keys = [{ type: 'session', idHash: Buffer.from('aa'.repeat(16), 'hex'), ciphertext: Buffer.from('0102', 'hex') }];
    const golden = `01${'00000002'}${'0000000000000007'}${'ffffffffffffffff'}${'00000003c0ffee'}${'00000001'}${'0773657373696f6e'}${'10'}${'aa'.repeat(16)}${'000000020102'}`;
    expect(packCredentials({ credentials, keys }).toString('hex')).toBe(golden);
  });
});
