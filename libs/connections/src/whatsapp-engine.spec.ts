import { createRequire } from 'node:module';
import { jest } from '@jest/globals';
import { droppedPrints, silenceLibsignal } from '#libs/platform';
import { decodeSignalValue, jsonOf, newCredentials } from './whatsapp-engine.js';

interface Curve {
  verifySignature(publicKey: Buffer, message: Buffer, signature: Buffer): boolean;
  calculateSignature(privateKey: Buffer, message: Buffer): Buffer;
  generateKeyPair(): { pubKey: Buffer; privKey: Buffer };
}
const curve = createRequire(import.meta.url)('libsignal/src/curve.js') as Curve;

describe('the engine', () => {
  it('refuses a bad signature, which Baileys alone takes for good', () => {
    const { pubKey, privKey } = curve.generateKeyPair();
    const message = Buffer.from('signed');
    const signature = curve.calculateSignature(privKey, message);
    expect(curve.verifySignature(pubKey, message, signature)).toBe(true);
    signature[10]! ^= 1;
    expect(() => curve.verifySignature(pubKey, message, signature)).toThrow('does not verify');
    expect(() => curve.verifySignature(pubKey, Buffer.from('another'), curve.calculateSignature(privKey, message))).toThrow('does not verify');
  });

  it('drops what libsignal prints, and nothing else', () => {
    const printed = jest.fn();
    const quiet = { ...console, error: printed };
    const before = droppedPrints();
    silenceLibsignal(quiet as unknown as Console);
    quiet.error('from the product');
    expect(printed).toHaveBeenCalledWith('from the product');

    const { pubKey, privKey } = curve.generateKeyPair();
    const message = Buffer.from('m');
    // without its first byte libsignal warns
    curve.verifySignature(pubKey.subarray(1), message, curve.calculateSignature(privKey, message));
    expect(droppedPrints()).toBe(before + 1);
  });

  it('gives back what it stored, bytes as bytes', () => {
    const credentials = newCredentials();
    expect(decodeSignalValue('pre-key', jsonOf(credentials.noiseKey))).toEqual(credentials.noiseKey);
    const keyData = { keyData: Buffer.from('0102', 'hex'), timestamp: 7 };
    expect(decodeSignalValue('app-state-sync-key', jsonOf(keyData)).keyData).toEqual(keyData.keyData);
  });
});
