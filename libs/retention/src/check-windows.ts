import { IANAZone } from 'luxon';
import type { FieldFault } from '#libs/platform';
import { jsonPointer, valueAt } from './json-pointer.js';

/** The time zone exists, and every window ends after it begins. */
export function checkWindows(document: unknown): FieldFault[] {
  const windows = valueAt(document, ['windows']);
  return [...checkTimezone(document), ...(Array.isArray(windows) ? windows.flatMap(checkWindow) : [])];
}

function checkTimezone(document: unknown): FieldFault[] {
  const name = valueAt(document, ['timezone']);
  if (typeof name !== 'string' || name.length > 64 || IANAZone.isValidZone(name)) return [];
  return [{ pointer: '/timezone', detail: 'there is no time zone of this name; an example is "America/Sao_Paulo"' }];
}

function checkWindow(window: unknown, i: number): FieldFault[] {
  const from = valueAt(window, ['from']);
  const to = valueAt(window, ['to']);
  if (typeof from !== 'string' || typeof to !== 'string' || from < to) return [];
  const detail = 'must be later than "from" on the same day; a window over midnight is two windows, the first to "24:00"';
  return [{ pointer: jsonPointer(['windows', i, 'to']), detail }];
}
