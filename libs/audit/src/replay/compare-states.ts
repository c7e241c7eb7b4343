import canonicalize from 'canonicalize';
import type { InstanceState } from './instance-state.js';
import type { Replayed } from './replay.js';

export interface Difference {
  field: keyof InstanceState | 'journal' | 'instance';
  replayed: unknown;
  present: unknown;
}

/** Null: nothing can be said, since the journal has never heard of it. */
export type Comparison = Difference[] | null;

/** What the journal says against what is there; `present` null: there is no such instance. */
export function compareStates({ state, contradiction }: Replayed, present: InstanceState | null): Comparison {
  if (state.seq === 0 && (present?.seq ?? 0) === 0) return null;
  if (present === null) return [{ field: 'instance', replayed: state.lifecycle, present: null }];
  const inItself: Difference[] = contradiction === null ? [] : [{ field: 'journal', replayed: contradiction, present: null }];
  const fields = Object.keys(state) as (keyof InstanceState)[];
  const unequal = fields.filter((field) => canonicalize(state[field]) !== canonicalize(present[field]));
  return [...inItself, ...unequal.map((field): Difference => ({ field, replayed: state[field], present: present[field] }))];
}
