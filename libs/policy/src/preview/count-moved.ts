import type { Candidate } from './preview-tally.js';

/** How a set of candidates has changed since it was seen. */
export interface Moved {
  joined: number;
  left: number;
  /** How many may have done one or the other. */
  allowed: number;
}

/** One that is in another cycle was something else in between: it has joined. */
export function countMoved(seen: readonly Candidate[], present: readonly Candidate[], percent: number): Moved {
  const cycles = new Map(seen.map(({ instanceId, cycle }) => [instanceId, cycle]));
  const stayed = present.filter(({ instanceId, cycle }) => cycles.get(instanceId) === cycle).length;
  const known = present.filter(({ instanceId }) => cycles.has(instanceId)).length;
  return { joined: present.length - stayed, left: seen.length - known, allowed: Math.max(1, Math.floor((seen.length * percent) / 100)) };
}

export const movedTooFar = ({ joined, left, allowed }: Moved): boolean => joined + left > allowed;
