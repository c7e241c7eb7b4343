import { canonicalForm, type StoredEntry } from '#libs/platform';
import type { CompactRange } from '../tree/compact-range.js';
import { leafHash } from '../tree/hashing.js';
import { SealingFault } from './sealing-fault.js';
import { isStored } from './stored-levels.js';
import type { TreeNode } from './tree-nodes.repository.js';

/** Appends these entries to the tree: gives the hashes that are kept. @throws SealingFault where they do not go on where it ends */
export function extendTree(range: CompactRange, entries: readonly StoredEntry[]): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (const entry of entries) {
    if (entry.position !== range.size + 1) throw new SealingFault(`position ${range.size + 1} has no entry in the journal`);
    range.append(leafHash(canonicalForm(entry)), (level, index, hash) => {
      if (isStored(level)) nodes.push({ level, index, hash });
    });
  }
  return nodes;
}
