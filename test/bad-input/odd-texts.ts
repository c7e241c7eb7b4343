import fc from 'fast-check';

/** Texts that are characters all right, and trouble wherever somebody counts, folds, sorts or shows them. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('\u202eshop', '\u200b', '\u200d\u200d', '\ufeffshop', 'e\u0301'.repeat(40), 'ﬁ', 'İ', 'ß', '👩‍👩‍👧‍👦', '𝔘𝔫𝔦', '\u0085', '\u2028', '\u0007', '\u001b[31m', '\ufffe', '﷽', "' OR 1=1 --", '%00', '../..', '${7*7}', '<script>', '\\u0000', '*'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => text.isWellFormed() && !text.includes('\0')),
);

/** Texts that no request can carry. */
export const impossibleText: fc.Arbitrary<string> = fc
  .tuple(fc.string({ maxLength: 5 }), fc.constantFrom('\0', '\ud83d', '\udc00', '\udfff\ud800'), fc.string({ maxLength: 5 }))
  .map((parts) => parts.join(''));

/** Names that objects of JavaScript give a meaning of their own. */
export const reservedName: fc.Arbitrary<string> = fc.constantFrom('__proto__', 'constructor', 'prototype');

/** Names that nothing has. */
export const unknownName: fc.Arbitrary<string> = fc
  .oneof(fc.constantFrom('colour', 'a/b~c', 'Name', 'name ', 'toString', 'hasOwnProperty', '$ref', '__defineGetter__', 'ñ', '0', ''), oddText)
  .map((name) => `x${name}`)
  .filter((name) => !name.includes('['));
