import { createCipheriv, createDecipheriv } from 'node:crypto';

const TAG = 16;

/** AES-256-GCM under a message number: the nonce is 8 zero bytes and the number as 32 bits, big-endian. The tag follows the ciphertext. */
export function encrypt(key: Uint8Array, number: number, authenticated: Uint8Array, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(number)).setAAD(authenticated);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @throws when the tag does not fit key, number, data and ciphertext */
export function decrypt(key: Uint8Array, number: number, authenticated: Uint8Array, ciphertext: Uint8Array): Buffer {
  return decryptUnder(key, nonce(number), authenticated, ciphertext);
}

/** As `decrypt`, with the 12 bytes of the nonce given. */
export function decryptUnder(key: Uint8Array, iv: Uint8Array, authenticated: Uint8Array, ciphertext: Uint8Array): Buffer {
  const end = ciphertext.length - TAG;
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(authenticated).setAuthTag(ciphertext.subarray(end));
  return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]);
}

function nonce(number: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(number, 8);
  return bytes;
}
