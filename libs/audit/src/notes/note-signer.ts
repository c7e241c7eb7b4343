import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { type VerifierKey, verifierKey } from './verifier-key.js';

/** An Ed25519 key, both halves of 32 bytes. */
export interface SigningPair {
  publicKey: Buffer;
  privateKey: Buffer;
}

export interface NoteSigner {
  key: VerifierKey;
  sign(text: string): Buffer;
}

export function newSigningPair(): SigningPair {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { publicKey: Buffer.from(x!, 'base64url'), privateKey: Buffer.from(d!, 'base64url') };
}

export function noteSigner(name: string, { publicKey, privateKey }: SigningPair): NoteSigner {
  const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url'), d: privateKey.toString('base64url') }, format: 'jwk' });
  return { key: verifierKey(name, publicKey), sign: (text) => sign(null, Buffer.from(text), key) };
}
