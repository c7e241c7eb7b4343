import { createRequire } from 'node:module';
import { droppedPrints } from '#libs/platform';
import './signal-peer.js';

interface Curve {
  verifySignature(publicKey: Buffer, message: Buffer, signature: Buffer): boolean;
  calculateSignature(privateKey: Buffer, message: Buffer): Buffer;
  generateKeyPair(): { pubKey: Buffer; privKey: Buffer };
}

describe('the end of Signal that a simulated phone has', () => {
  it('prints nothing of what libsignal says, also in a process that has no sessions of its own: it would be keys', () => {
    const curve = createRequire(import.meta.url)('libsignal/src/curve.js') as Curve;
    const { pubKey, privKey } = curve.generateKeyPair();
    const [message, before] = [Buffer.from('m'), droppedPrints()];
    // without its first byte libsignal warns
    curve.verifySignature(pubKey.subarray(1), message, curve.calculateSignature(privKey, message));
    expect(droppedPrints()).toBe(before + 1);
  });
});
