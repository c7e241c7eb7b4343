import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

export const MEDIA_TYPES = ['image', 'video', 'audio', 'document', 'sticker'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** A file as it is uploaded, and what the message says about it. */
export interface SealedMedia {
  ciphertext: Buffer;
  mediaKey: Buffer;
  fileSha256: Buffer;
  fileEncSha256: Buffer;
  fileLength: number;
}

const INFO: Record<MediaType, string> = { image: 'Image', video: 'Video', audio: 'Audio', document: 'Document', sticker: 'Image' };
const MAC = 10;

/** AES-256-CBC and a truncated HMAC, under keys of a secret that only the message carries. */
export function sealMedia(type: MediaType, content: Buffer): SealedMedia {
  const mediaKey = randomBytes(32);
  const { iv, cipherKey, macKey } = keysOf(type, mediaKey);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  const ciphertext = Buffer.concat([encrypted, macOf(macKey, iv, encrypted)]);
  return { ciphertext, mediaKey, fileSha256: sha256(content), fileEncSha256: sha256(ciphertext), fileLength: content.length };
}

/** @throws when it is not what was sealed under this key */
export function openMedia(type: MediaType, mediaKey: Uint8Array, ciphertext: Buffer): Buffer {
  const { iv, cipherKey, macKey } = keysOf(type, mediaKey);
  const encrypted = ciphertext.subarray(0, -MAC);
  if (!timingSafeEqual(macOf(macKey, iv, encrypted), ciphertext.subarray(-MAC))) throw new Error('the file is not what was sent');
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function keysOf(type: MediaType, mediaKey: Uint8Array) {
  const expanded = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), `WhatsApp ${INFO[type]} Keys`, 112));
  return { iv: expanded.subarray(0, 16), cipherKey: expanded.subarray(16, 48), macKey: expanded.subarray(48, 80) };
}

function macOf(key: Buffer, iv: Buffer, encrypted: Buffer): Buffer {
  return createHmac('sha256', key).update(iv).update(encrypted).digest().subarray(0, MAC);
}
