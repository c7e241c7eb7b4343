import type { FieldFault } from '#libs/platform';
import { isForTestOnly } from './check-rules.js';
import { jsonPointer, valueAt, type Path } from './json-pointer.js';
import { DAY, parseDuration, SECOND } from './parse-duration.js';
import { MAX_DURATION_LENGTH } from './retention-schema.js';

const CEILING = 3_650 * DAY;

/** Where a duration stands and the least it may be, in milliseconds. */
interface DurationField {
  path: Path;
  floor: number;
}

/** Every duration of a document: readable, not under its floor, not over the ceiling. */
export function checkDurations(document: unknown): FieldFault[] {
  return durationFields(document).flatMap(({ path, floor }) => {
    const text = valueAt(document, path);
    if (typeof text !== 'string' || text.length > MAX_DURATION_LENGTH) return []; // the schema has said so
    const detail = durationFault(text, floor);
    return detail ? [{ pointer: jsonPointer(path), detail }] : [];
  });
}

function durationFault(text: string, floor: number): string | null {
  const length = parseDuration(text);
  if (length === null && /^P\d+[YM]/.test(text)) return 'years and months have no fixed length: write days, for example "P30D"';
  if (length === null) return 'must be an ISO 8601 duration in whole weeks, days, hours, minutes and seconds, such as "P7D" or "PT36H"';
  if (length > CEILING) return 'is longer than the most, P3650D';
  if (length < floor) return floor === DAY ? 'is shorter than the least for live instances, 24 hours' : 'is shorter than the least, 1 second';
  return null;
}

function durationFields(document: unknown): DurationField[] {
  const rules = valueAt(document, ['rules']);
  const list: unknown[] = Array.isArray(rules) ? rules : [];
  return [
    { path: ['notice', 'before'], floor: noticeFloor(list) },
    { path: ['deletion', 'grace'], floor: DAY },
    ...messageFields([], DAY),
    ...list.flatMap((rule, i) => ruleFields(rule, ['rules', i])),
  ];
}

function ruleFields(rule: unknown, path: Path): DurationField[] {
  const floor = isForTestOnly(rule) ? SECOND : DAY;
  return [
    { path: [...path, 'for'], floor: SECOND },
    { path: [...path, 'archive', 'after'], floor },
    { path: [...path, 'purge', 'after'], floor },
    { path: [...path, 'purge', 'grace'], floor },
    ...messageFields(path, floor),
  ];
}

function messageFields(path: Path, floor: number): DurationField[] {
  return [
    { path: [...path, 'messages', 'keep'], floor },
    { path: [...path, 'messages', 'media', 'keep'], floor },
  ];
}

/** Notice is given for every rule that purges: short only where each of them is for sandbox instances. */
function noticeFloor(rules: unknown[]): number {
  const purging = rules.filter((rule) => valueAt(rule, ['purge']) !== undefined);
  return purging.length > 0 && purging.every(isForTestOnly) ? SECOND : DAY;
}
