import { type HashOf, hashOfRange, isCount, type LeafRange, type NodeId, splitOf, subtreesOf } from './ranges.js';

/** The perfect subtrees that an inclusion proof is computed from. @throws RangeError where there is no such leaf */
export function inclusionNodes(index: number, size: number): NodeId[] {
  return inclusionRanges(index, size).flatMap(subtreesOf);
}

/** The perfect subtrees that a consistency proof is computed from. @throws RangeError where the former tree is the larger one */
export function consistencyNodes(from: number, size: number): NodeId[] {
  return consistencyRanges(from, size).flatMap(subtreesOf);
}

/** That a leaf is in the tree of this size: RFC 6962, 2.1.1. */
export function inclusionProof(index: number, size: number, hashOf: HashOf): Buffer[] {
  return inclusionRanges(index, size).map((range) => hashOfRange(range, hashOf));
}

/** That the tree of this size begins with all of the former one: RFC 6962, 2.1.2. From nothing, and to the same size, nothing is needed. */
export function consistencyProof(from: number, size: number, hashOf: HashOf): Buffer[] {
  return consistencyRanges(from, size).map((range) => hashOfRange(range, hashOf));
}

function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError(`A tree of ${size} leaves has no leaf ${index}`);
  return path(index, { from: 0, to: size });
}

function path(index: number, { from, to }: LeafRange): LeafRange[] {
  if (to - from === 1) return [];
  const middle = from + splitOf(to - from);
  const [left, right] = [{ from, to: middle }, { from: middle, to }];
  return index < middle ? [...path(index, left), right] : [...path(index, right), left];
}

function consistencyRanges(from: number, size: number): LeafRange[] {
  if (!isCount(from) || !isCount(size) || from > size) throw new RangeError(`A tree of ${size} leaves does not begin with one of ${from}`);
  return from === 0 ? [] : subproof(from, { from: 0, to: size }, true);
}

/** `whole`: so far the former tree began where this part begins, so whoever checks knows its root if it ends where this part ends. */
function subproof(former: number, { from, to }: LeafRange, whole: boolean): LeafRange[] {
  if (former === to) return whole ? [] : [{ from, to }];
  const middle = from + splitOf(to - from);
  const [left, right] = [{ from, to: middle }, { from: middle, to }];
  return former <= middle ? [...subproof(former, left, whole), right] : [...subproof(former, right, false), left];
}
