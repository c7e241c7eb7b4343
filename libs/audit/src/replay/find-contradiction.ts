import type { InstanceState } from './instance-state.js';
import type { ReplayedEntry } from './replayed-entry.js';
import { POSSIBLE_FROM, STATE_CHANGES } from './state-changes.js';

/** In words, what of an entry cannot be after what came before it; null when it can. */
export function findContradiction(state: InstanceState, entry: ReplayedEntry): string | null {
  const { seq, type, personal } = entry;
  if (seq !== state.seq + 1) return `entry ${seq} follows entry ${state.seq}`;
  if (!Object.hasOwn(STATE_CHANGES, type)) return `entry ${seq} is of a kind that there is not: ${type}`;
  if ((type === 'instance.created') !== (seq === 1)) return `entry ${seq} is ${type}`;
  if (personal === 'unreadable') return `the personal data of entry ${seq} (${type}) does not open with the key of the instance`;
  return misplaced(state, entry) ?? otherRemoval(state, entry) ?? otherCycle(state, entry);
}

/** What was purged before and came back with a backup is purged from wherever it was. */
function misplaced({ lifecycle }: InstanceState, { seq, type, data }: ReplayedEntry): string | null {
  const possible = type === 'instance.purged' && data.intent === 'tombstone' && lifecycle !== 'purged' ? null : POSSIBLE_FROM[type];
  return !possible || possible.includes(lifecycle) ? null : `entry ${seq} is ${type}, of an instance that was ${lifecycle}`;
}

function otherRemoval({ lifecycle, purgeId }: InstanceState, { seq, type, data }: ReplayedEntry): string | null {
  const ends = type === 'instance.purged' || type === 'retention.purge_cancelled';
  return !ends || lifecycle !== 'purge_scheduled' || data.purgeId === purgeId ? null : `entry ${seq} is ${type} of ${String(data.purgeId)}, where ${String(purgeId)} was scheduled`;
}

function otherCycle({ cycle }: InstanceState, { seq, type, data }: ReplayedEntry): string | null {
  return type !== 'connection.opened' || data.cycle === cycle + 1 ? null : `entry ${seq} begins cycle ${String(data.cycle)}, after cycle ${cycle}`;
}
