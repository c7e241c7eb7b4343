import type { NodeId } from '../tree/ranges.js';

/** The perfect subtrees that cover these positions, first and last included, as few as there can be and in order. */
export function planGap(from: number, to: number): NodeId[] {
  const nodes: NodeId[] = [];
  for (let index = from - 1; index < to; ) {
    const level = levelAt(index, to - index);
    nodes.push({ level, index: index / 2 ** level });
    index += 2 ** level;
  }
  return nodes;
}

/** Of the largest subtree that begins with this leaf and has no more leaves than are left. */
function levelAt(index: number, left: number): number {
  let level = 0;
  while (index % 2 ** (level + 1) === 0 && 2 ** (level + 1) <= left) level++;
  return level;
}
