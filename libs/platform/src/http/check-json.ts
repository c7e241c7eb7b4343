import { escapePointer } from './json-pointer.js';
import type { FieldFault } from './problem.js';

/** Nobody nests deeper by hand; what walks a body recursively must not run out of stack. */
const MAX_DEPTH = 32;
/** Objects of JavaScript give these a meaning of their own: mappers drop them in silence. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** What no operation can take, wherever it stands in a body or query; null when nothing is wrong. */
export function jsonFault(value: unknown, pointer = '', depth = 0): FieldFault | null {
  if (typeof value === 'string') return faultAt(pointer, textFault(value));
  if (typeof value !== 'object' || value === null) return null;
  if (depth === MAX_DEPTH) return faultAt(pointer, `is nested deeper than ${MAX_DEPTH} levels`);
  for (const [key, inner] of Object.entries(value)) {
    const at = `${pointer}/${escapePointer(key)}`;
    const fault = faultAt(at, nameFault(key)) ?? jsonFault(inner, at, depth + 1);
    if (fault) return fault;
  }
  return null;
}

const faultAt = (pointer: string, detail: string | null): FieldFault | null => (detail === null ? null : { pointer, detail });

const nameFault = (name: string): string | null => (RESERVED.has(name) ? `has the name ${name}, which is reserved` : textFault(name));

/** PostgreSQL stores no U+0000, and half a surrogate pair is no character. */
function textFault(text: string): string | null {
  if (text.includes('\0')) return 'holds U+0000';
  return text.isWellFormed() ? null : 'holds half of a surrogate pair';
}
