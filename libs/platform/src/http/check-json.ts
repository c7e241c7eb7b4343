/** Nobody nests deeper by hand; what walks a body recursively must not run out of stack. */
const MAX_DEPTH = 32;
/** Objects of JavaScript give these a meaning of their own: mappers drop them in silence. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** What no operation can take, wherever it stands in a body or query, in a sentence; null when nothing is wrong. */
export function jsonFault(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return textFault(value);
  if (typeof value !== 'object' || value === null) return null;
  if (depth === MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
  for (const [key, inner] of Object.entries(value)) {
    const fault = RESERVED.has(key) ? `the name ${key} is reserved` : (textFault(key) ?? jsonFault(inner, depth + 1));
    if (fault) return fault;
  }
  return null;
}

/** PostgreSQL stores no U+0000, and half a surrogate pair is no character. */
function textFault(text: string): string | null {
  if (text.includes('\0')) return 'a text in it holds U+0000';
  return text.isWellFormed() ? null : 'a text in it holds half of a surrogate pair';
}
