import { createRequire } from 'node:module';
import { isSignedBy } from '#libs/platform';

type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
interface Curve25519 {
  verify: Verify & { [PATCHED]?: true };
}

const PATCHED = Symbol.for('tenure.verification');

/**
 * Baileys takes a signature for good unless libsignal throws; libsignal returns false. Neither the server's certificate nor the
 * account's signature at pairing would ever be refused. Baileys also keeps a snapshot of libsignal's functions, so wrapping those does
 * nothing; libsignal itself looks `verify` of curve25519-js up at each call, so that one is made to throw, whatever was imported first.
 * It also checks natively: in JavaScript a check takes 12 ms, here 0.4, and every login has two.
 */
export function restoreVerification(): void {
  const libsignal = createRequire(import.meta.url).resolve('libsignal');
  const curve = createRequire(libsignal)('curve25519-js') as Curve25519;
  if (curve.verify[PATCHED]) return;
  const verifyOrThrow: Verify = (...signed) => {
    if (!isSignedBy(...signed)) throw new Error('The signature does not verify');
    return true;
  };
  curve.verify = Object.assign(verifyOrThrow, { [PATCHED]: true as const });
}

restoreVerification();
