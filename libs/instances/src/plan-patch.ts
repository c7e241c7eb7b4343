import type { InstanceChange, Labels } from './instance.js';

/** The part of a stored instance that a patch can change. */
export interface Patchable {
  name: string;
  labels: Labels;
  deletionProtection: boolean;
}

/** JSON merge patch (RFC 7396): an absent field stays, a label set to null goes. */
export interface Patch {
  name?: string;
  labels?: Record<string, string | null>;
  deletionProtection?: boolean;
}

/** What a patch really changes; an empty object when it changes nothing. */
export function planPatch(now: Patchable, patch: Patch): InstanceChange {
  const change: InstanceChange = {};
  if (patch.name !== undefined && patch.name !== now.name) change.name = patch.name;
  if (patch.deletionProtection !== undefined && patch.deletionProtection !== now.deletionProtection) {
    change.deletionProtection = patch.deletionProtection;
  }
  const labels = merge(now.labels, patch.labels ?? {});
  if (!sameLabels(now.labels, labels)) change.labels = labels;
  return change;
}

function merge(labels: Labels, patch: Record<string, string | null>): Labels {
  return Object.fromEntries(Object.entries({ ...labels, ...patch }).filter((entry): entry is [string, string] => entry[1] !== null));
}

function sameLabels(one: Labels, other: Labels): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
