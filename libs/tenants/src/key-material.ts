import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Environment } from '#libs/contracts';

export type KeyKind = Environment | 'op';

/** A new key in its two forms: what the owner is shown once, and what is stored. */
export interface KeyMaterial {
  /** `tnr_<kind>_` and 43 characters: 256 bits */
  key: string;
  prefix: string;
  hash: Buffer;
}

const SHAPE = /^tnr_(live|test|op)_[A-Za-z0-9_-]{24,}$/;
const LOOKUP_CHARACTERS = 8;

export function newKey(kind: KeyKind): KeyMaterial {
  return materialOf(`tnr_${kind}_${randomBytes(32).toString('base64url')}`);
}

export function materialOf(key: string): KeyMaterial {
  return { key, prefix: prefixOf(key), hash: hashOf(key) };
}

/** The kind a text would be a key of; null for what cannot be one. */
export function kindOf(text: string): KeyKind | null {
  return (SHAPE.exec(text)?.[1] as KeyKind | undefined) ?? null;
}

/** What the row is found by: not a secret, 48 random bits. */
export function prefixOf(key: string): string {
  const start = key.indexOf('_', 'tnr_'.length) + 1;
  return key.slice(0, start + LOOKUP_CHARACTERS);
}

/** In constant time. */
export function matches(key: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashOf(key), hash);
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
