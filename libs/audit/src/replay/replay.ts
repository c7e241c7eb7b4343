import { findContradiction } from './find-contradiction.js';
import { type InstanceState, UNTOLD } from './instance-state.js';
import type { ReplayedEntry } from './replayed-entry.js';
import { STATE_CHANGES } from './state-changes.js';

export interface Replayed {
  state: InstanceState;
  /** the first thing in its journal that cannot have happened as it is told; null when there is none */
  contradiction: string | null;
}

export const NOT_BEGUN: Replayed = { state: UNTOLD, contradiction: null };

/** What an instance is after one more entry. It goes on after a contradiction, so that what differs in the end is told as well. */
export function replayOn({ state, contradiction }: Replayed, entry: ReplayedEntry): Replayed {
  return { state: { ...state, ...changeBy(state, entry), seq: entry.seq }, contradiction: contradiction ?? findContradiction(state, entry) };
}

/** The entries of one instance, in their order. */
export function replay(entries: Iterable<ReplayedEntry>): Replayed {
  let replayed = NOT_BEGUN;
  for (const entry of entries) replayed = replayOn(replayed, entry);
  return replayed;
}

type AnyChange = (data: Record<string, unknown>, state: InstanceState, personal: Record<string, unknown> | null) => Partial<InstanceState>;

function changeBy(state: InstanceState, { type, data, personal }: ReplayedEntry): Partial<InstanceState> {
  if (!Object.hasOwn(STATE_CHANGES, type)) return {};
  return (STATE_CHANGES[type as keyof typeof STATE_CHANGES] as AnyChange)(data, state, personal === 'unreadable' ? null : personal);
}
