import { isId, LIFECYCLE_EVENT_NAMES, type LifecycleEventName } from '#libs/contracts';
import { type EntryFilter, InvalidRequest } from '#libs/platform';
import type { ExportFilter } from './export-lines.js';
import type { ExportQuery } from './export.query.dto.js';

/** @throws InvalidRequest */
export function readFilter({ from, until, types, instanceId }: ExportQuery): EntryFilter {
  if (instanceId !== undefined && !isId('ins', instanceId)) throw new InvalidRequest([{ pointer: '/instanceId', detail: 'is not the id of an instance' }]);
  return { from: toDate(from), until: toDate(until), types: types === undefined ? null : readTypes(types), instanceId: instanceId ?? null };
}

/** As the header of the export tells it. */
export function shownFilter({ from, until, types, instanceId }: EntryFilter): ExportFilter {
  return { from: from?.toISOString() ?? null, until: until?.toISOString() ?? null, types: types && [...types], instanceId };
}

function readTypes(text: string): string[] {
  const types = text.split(',').map((type) => type.trim());
  const strange = types.find((type) => !LIFECYCLE_EVENT_NAMES.includes(type as LifecycleEventName));
  if (strange !== undefined) throw new InvalidRequest([{ pointer: '/types', detail: `there are no events of the kind ${JSON.stringify(strange.slice(0, 60))}` }]);
  return [...new Set(types)];
}

const toDate = (instant: string | undefined): Date | null => (instant === undefined ? null : new Date(instant));
