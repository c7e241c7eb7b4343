import { createCipheriv, createDecipheriv, hkdfSync, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { decryptUnder } from './aes-gcm.js';
import { type KeyPair, sharedSecret } from './x25519.js';

const ITERATIONS = 131_072;
const SALT = 32;
const IV = 16;
const NOTHING = Buffer.alloc(0);
const derive = promisify(pbkdf2);

/** A public key under the eight characters that a person carries from screen to phone: salt, counter, ciphertext. */
export async function wrapUnderCode(code: string, publicKey: Buffer): Promise<Buffer> {
  const [salt, iv] = [randomBytes(SALT), randomBytes(IV)];
  const cipher = createCipheriv('aes-256-ctr', await codeKey(code, salt), iv);
  return Buffer.concat([salt, iv, cipher.update(publicKey), cipher.final()]);
}

/** Never fails: a wrong code gives a wrong key, which shows when the key bundle does not open. */
export async function unwrapUnderCode(code: string, wrapped: Buffer): Promise<Buffer> {
  const key = await codeKey(code, wrapped.subarray(0, SALT));
  const decipher = createDecipheriv('aes-256-ctr', key, wrapped.subarray(SALT, SALT + IV));
  return Buffer.concat([decipher.update(wrapped.subarray(SALT + IV)), decipher.final()]);
}

export interface CodeExchange {
  phoneEphemeral: KeyPair;
  phoneIdentityPrivate: Uint8Array;
  companionEphemeral: Buffer;
  companionIdentity: Buffer;
  /** salt (32), nonce (12), ciphertext: the companion's identity, the phone's, random bytes */
  keyBundle: Buffer;
}

/** The secret both sides then share, as a QR code would have carried it. @throws when the code was wrong */
export function advSecretOf(exchange: CodeExchange): Buffer {
  const { keyBundle, companionIdentity } = exchange;
  const ephemeral = sharedSecret(exchange.phoneEphemeral.private, exchange.companionEphemeral);
  const key = expand(ephemeral, keyBundle.subarray(0, 32), 'link_code_pairing_key_bundle_encryption_key');
  const opened = decryptUnder(key, keyBundle.subarray(32, 44), NOTHING, keyBundle.subarray(44));
  if (!opened.subarray(0, 32).equals(companionIdentity)) throw new Error('the key bundle names another companion');
  const identity = sharedSecret(exchange.phoneIdentityPrivate, companionIdentity);
  return expand(Buffer.concat([ephemeral, identity, opened.subarray(64)]), NOTHING, 'adv_secret');
}

function codeKey(code: string, salt: Buffer): Promise<Buffer> {
  return derive(code, salt, ITERATIONS, 32, 'sha256');
}

function expand(secret: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}
