import { EMPTY_ROOT, nodeHash } from './hashing.js';

/** Told of every perfect subtree that an append completes, the appended one included. */
export type OnSubtree = (level: number, index: number, hash: Buffer) => void;

/**
 * All of a tree that is needed to extend it: the perfect subtrees it consists of, the largest first, one for each bit of its size.
 * Whoever has only hashes of a part of the leaves folds them in as subtrees.
 */
export class CompactRange {
  private constructor(
    private leaves: number,
    private readonly subtrees: Buffer[],
  ) {}

  /** @throws RangeError where a tree of this size consists of another number of subtrees */
  static of(size: number, frontier: readonly Buffer[]): CompactRange {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is no size of a tree`);
    if (frontier.length !== bitsOf(size)) throw new RangeError(`A tree of ${size} leaves consists of ${bitsOf(size)} subtrees, not of ${frontier.length}`);
    return new CompactRange(size, [...frontier]);
  }

  static empty(): CompactRange {
    return CompactRange.of(0, []);
  }

  get size(): number {
    return this.leaves;
  }

  get frontier(): Buffer[] {
    return [...this.subtrees];
  }

  append(leaf: Buffer, onSubtree?: OnSubtree): void {
    this.appendSubtree(0, leaf, onSubtree);
  }

  /** The hash of the next 2^level leaves. @throws RangeError where no subtree of this level begins at the end of the tree */
  appendSubtree(level: number, hash: Buffer, onSubtree?: OnSubtree): void {
    const width = 2 ** level;
    if (!Number.isSafeInteger(this.leaves + width) || this.leaves % width !== 0) throw new RangeError(`No subtree of ${width} leaves begins at leaf ${this.leaves}`);
    let [whole, at] = [hash, level];
    onSubtree?.(at, this.leaves / width, whole);
    for (let index = this.leaves / width; index % 2 === 1; ) {
      whole = nodeHash(this.subtrees.pop()!, whole);
      index = (index - 1) / 2;
      onSubtree?.(++at, index, whole);
    }
    this.subtrees.push(whole);
    this.leaves += width;
  }

  root(): Buffer {
    return this.leaves === 0 ? EMPTY_ROOT : this.subtrees.reduceRight((right, left) => nodeHash(left, right));
  }
}

function bitsOf(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
