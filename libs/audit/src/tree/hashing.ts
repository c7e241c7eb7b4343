import { createHash } from 'node:crypto';

export const HASH_BYTES = 32;

// RFC 6962, 2.1: a leaf can never be taken for a node, nor a node for a leaf
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** The root of a tree that has nothing in it yet. */
export const EMPTY_ROOT: Buffer = createHash('sha256').digest();

/** What an entry's canonical form is in the tree. */
export function leafHash(canonical: string | Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(canonical).digest();
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}
