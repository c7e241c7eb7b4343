import type { InstanceFilter } from './instance-overviews.repository.js';
import type { ListInstancesQuery } from './instance.dto.js';
import { nameKeyOf } from './name-key.js';

/** A list's query as the filter of its rows: names compare as they are stored, `label` is a key or key=value. */
export function parseFilter({ environment, connection, reason, lifecycle, label, name, q }: ListInstancesQuery): InstanceFilter {
  return {
    ...(environment && { environment }),
    ...(connection && { connection }),
    ...(reason && { reason }),
    ...(lifecycle && { lifecycle }),
    ...(label && { label: parseLabel(label) }),
    ...(name && { nameKey: nameKeyOf(name) }),
    ...(q && { nameContains: nameKeyOf(q) }),
  };
}

function parseLabel(text: string): { key: string; value: string | null } {
  const at = text.indexOf('=');
  return at < 0 ? { key: text, value: null } : { key: text.slice(0, at), value: text.slice(at + 1) };
}
