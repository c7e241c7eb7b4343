import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const newDeletionToken = (): string => randomBytes(24).toString('base64url');

export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** In constant time. */
export const isToken = (token: string, hash: Uint8Array): boolean => timingSafeEqual(hashOfToken(token), hash);
