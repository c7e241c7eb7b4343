import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hashing.js';
import { isCount } from './ranges.js';

export interface InclusionClaim {
  leaf: Buffer;
  index: number;
  size: number;
  proof: readonly Buffer[];
  root: Buffer;
}

export interface ConsistencyClaim {
  from: number;
  fromRoot: Buffer;
  size: number;
  root: Buffer;
  proof: readonly Buffer[];
}

/** Whether the leaf is in the tree with this root. RFC 9162, 2.1.3.2. Never throws. */
export function verifyInclusion({ leaf, index, size, proof, root }: InclusionClaim): boolean {
  if (![leaf, ...proof].every(isHash) || !isCount(index) || !isCount(size) || index >= size) return false;
  const walk = new Climb(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    if (walk.isDone) return false;
    hash = walk.comesFromTheRight() ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    walk.up();
  }
  return walk.isDone && hash.equals(root);
}

/** Whether the tree with this root begins with all of the former one. RFC 9162, 2.1.4.2. Never throws. */
export function verifyConsistency({ from, fromRoot, size, root, proof }: ConsistencyClaim): boolean {
  if (![fromRoot, root, ...proof].every(isHash) || !isCount(from) || !isCount(size) || from > size) return false;
  if (from === size) return proof.length === 0 && fromRoot.equals(root);
  if (from === 0) return proof.length === 0 && fromRoot.equals(EMPTY_ROOT);
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  return first !== undefined && climbBoth({ from, fromRoot, size, root, proof: rest }, first);
}

function climbBoth({ from, fromRoot, size, root, proof }: ConsistencyClaim, first: Buffer): boolean {
  const walk = new Climb(from - 1, size - 1);
  walk.upWhileRight();
  let [former, present] = [first, first];
  for (const sibling of proof) {
    if (walk.isDone) return false;
    if (walk.comesFromTheRight()) [former, present] = [nodeHash(sibling, former), nodeHash(sibling, present)];
    else present = nodeHash(present, sibling);
    walk.up();
  }
  return walk.isDone && former.equals(fromRoot) && present.equals(root);
}

/** The way from a node to the root, beside that from the last node: where both meet in a tree that is no perfect one, levels are left out. */
class Climb {
  constructor(
    private index: number,
    private last: number,
  ) {}

  get isDone(): boolean {
    return this.last === 0;
  }

  /** Whether its sibling stands to the left. The last of a level goes up alone until it has one. */
  comesFromTheRight(): boolean {
    if (this.index % 2 === 0 && this.index !== this.last) return false;
    while (this.index % 2 === 0 && this.index !== 0) this.up();
    return true;
  }

  upWhileRight(): void {
    while (this.index % 2 === 1) this.up();
  }

  up(): void {
    this.index = Math.floor(this.index / 2);
    this.last = Math.floor(this.last / 2);
  }
}

const isHash = (bytes: Buffer): boolean => bytes.length === HASH_BYTES;
const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value)) && 2 ** Math.log2(value) === value;
