import { createHash } from 'node:crypto';

/** The tree of RFC 6962 as its section 2.1 defines it, over all leaves at once: slow, and written apart from the product's. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

/** PATH(m, D[n]), 2.1.1. */
export function pathOf(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k ? [...pathOf(m, leaves.slice(0, k)), rootOf(leaves.slice(k))] : [...pathOf(m - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}

/** PROOF(m, D[n]), 2.1.2. */
export function proofOf(m: number, leaves: readonly Buffer[], complete = true): Buffer[] {
  if (m === leaves.length) return complete ? [] : [rootOf(leaves)];
  const k = split(leaves.length);
  if (m <= k) return [...proofOf(m, leaves.slice(0, k), complete), rootOf(leaves.slice(k))];
  return [...proofOf(m - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))];
}

export const leafOf = (text: string): Buffer => sha256(Buffer.of(0), Buffer.from(text));

/** The largest power of two that is less than n. */
function split(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
