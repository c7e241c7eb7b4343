import { CompactRange } from '../src/tree/compact-range.js';
import type { NodeId } from '../src/tree/ranges.js';
import { leafOf } from './rfc6962.js';

/** A tree that was extended leaf by leaf, with every perfect subtree it ever had. */
export class GrownTree {
  readonly leaves: Buffer[] = [];
  private readonly range = CompactRange.empty();
  private readonly subtrees = new Map<string, Buffer>();

  constructor(size: number) {
    while (this.leaves.length < size) this.append(leafOf(`entry ${this.leaves.length}`));
  }

  get root(): Buffer {
    return this.range.root();
  }

  readonly hashOf = ({ level, index }: NodeId): Buffer => {
    const hash = this.subtrees.get(`${level}/${index}`);
    if (!hash) throw new Error(`There is no subtree ${index} of level ${level} in it`);
    return hash;
  };

  private append(leaf: Buffer): void {
    this.leaves.push(leaf);
    this.range.append(leaf, (level, index, hash) => this.subtrees.set(`${level}/${index}`, hash));
  }
}
