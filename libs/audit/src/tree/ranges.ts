import { nodeHash } from './hashing.js';

/** A perfect subtree: the leaves from index * 2^level, 2^level of them. */
export interface NodeId {
  level: number;
  index: number;
}

/** Leaves from..to-1 of a tree. */
export interface LeafRange {
  from: number;
  to: number;
}

export type HashOf = (id: NodeId) => Buffer;

/** The perfect subtrees a range consists of, as few as there can be and in order. Of what splitting cuts out the largest is the first. */
export function subtreesOf({ from, to }: LeafRange): NodeId[] {
  const subtrees: NodeId[] = [];
  for (let at = from; at < to; ) {
    const level = levelAt(at, to - at);
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** Of the largest subtree that begins with this leaf and has no more leaves than are left. */
function levelAt(index: number, left: number): number {
  let level = 0;
  while (index % 2 ** (level + 1) === 0 && 2 ** (level + 1) <= left) level++;
  return level;
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

export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
