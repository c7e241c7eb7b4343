import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'tnp_';
const BYTES = 32;
/** Of what a client may send as one. */
export const MAX_TOKEN_LENGTH = 100;

/** Shows that somebody has seen what a version does. Like a key it is shown once; only its hash is kept. */
export function newPreviewToken(): string {
  return PREFIX + randomBytes(BYTES).toString('base64url');
}

export function hashPreviewToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
