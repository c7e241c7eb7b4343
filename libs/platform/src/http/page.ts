import { InvalidRequest } from './http.errors.js';

export interface Page<T> {
  data: T[];
  /** null on the last page */
  nextCursor: string | null;
}

/** Where a page ends: the sort key of its last row. Opaque to callers. */
export function encodeCursor(key: unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws InvalidRequest for anything this server did not write, or a key of another shape */
export function decodeCursor<K extends unknown[]>(cursor: string | undefined, isKey: (key: unknown[]) => key is K): K | null {
  if (cursor === undefined) return null;
  const key = parse(cursor);
  if (!Array.isArray(key) || !isKey(key)) throw new InvalidRequest([{ pointer: '/cursor', detail: 'is not a cursor of this list' }]);
  return key;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** A page from `limit + 1` rows: the one too many only tells that there is more. */
export function pageOf<R, T>(rows: R[], limit: number, toItem: (row: R) => T, keyOf: (row: R) => unknown[]): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { data: shown.map(toItem), nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
