import { nodeHash } from './hashing.js';

/** A perfect subtree: the leaves from index * 2^level, 2^level of them. */
export interface NodeId {
  level: number;
  index: number;
}

/** Leaves from..to-1 of a tree that its rule of splitting cuts out of it. */
export interface LeafRange {
  from: number;
  to: number;
}

export type HashOf = (id: NodeId) => Buffer;

/** The perfect subtrees a range consists of, the largest first. What splitting cuts out always begins at a multiple of its largest. */
export function subtreesOf({ from, to }: LeafRange): NodeId[] {
  const subtrees: NodeId[] = [];
  for (let at = from; at < to; ) {
    const width = powerWithin(to - at);
    subtrees.push({ level: Math.log2(width), index: at / width });
    at += width;
  }
  return subtrees;
}

export function hashOfRange(range: LeafRange, hashOf: HashOf): Buffer {
  return subtreesOf(range).map(hashOf).reduceRight((right, left) => nodeHash(left, right));
}

/** Where a tree of more than one leaf is split: after the largest power of two that is less than its size. */
export function splitOf(size: number): number {
  return powerWithin(size - 1);
}

/** The largest power of two that is not more. Not by a logarithm: of a size just below one it is rounded up. */
function powerWithin(size: number): number {
  let power = 1;
  while (power * 2 <= size) power *= 2;
  return power;
}
