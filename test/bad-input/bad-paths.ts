import fc from 'fast-check';
import type { Operation } from '../document/api-document.js';
import { METHODS, parametersIn } from '../document/api-document.js';
import type { Expectation } from './bad-request.js';
import { impossibleText, oddText } from './odd-texts.js';

export interface BadPath {
  /** said where the path is no operation's */
  operationId?: string;
  kind: string;
  method: string;
  path: string;
  expect: Expectation;
}

const WRONG_METHOD = [405];
/** A path parameter at fault is no id of anything, or is named; what cannot be decoded cannot be read. */
const WRONG_ID = [400, 404, 414, 422];
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** Every way to spoil the method or path of an operation. `fill` writes the parameters, the given one with a text of its own. */
export function badPaths(operation: Operation, taken: Set<string>, fill: (overrides?: Record<string, string>) => string): fc.Arbitrary<BadPath>[] {
  const { method } = operation;
  const others = [...METHODS, 'trace', 'propfind', 'search', 'lock'].map((other) => other.toUpperCase()).filter((other) => !taken.has(`${other} ${operation.path}`));
  return [
    fc.constantFrom(...others).map((other) => ({ kind: 'wrong method', method: other, path: fill(), expect: { verdict: 'refused', statuses: WRONG_METHOD } as const })),
    fc.constantFrom('HEAD', 'OPTIONS').map((other) => ({ kind: other, method: other, path: fill(), expect: { verdict: 'either' as const } })),
    fc.constantFrom('x', 'x/y/z', '.', '%2e%2e', '%00', 'x'.repeat(3000)).map((more) => ({ operationId: 'nowhere', kind: 'unknown path', method: 'POST', path: `${fill()}/${more}/nowhere`, expect: { verdict: 'refused', statuses: [400, 404] } as const })),
    ...parametersIn(operation, 'path').map(({ name }) =>
      badId.map(({ kind, segment }) => ({ kind, method, path: fill({ [name]: segment }), expect: { verdict: 'refused', statuses: WRONG_ID } as const })),
    ),
  ];
}

const segments = (kind: string, texts: fc.Arbitrary<string>): fc.Arbitrary<{ kind: string; segment: string }> => texts.map((segment) => ({ kind, segment }));
const letters = '0123456789abcdefghjkmnpqrstvwxyz';

/** Segments that are the id, number or version of nothing. */
const badId = fc.oneof(
  segments('no id', fc.constantFrom('x', '-', '0', '-1', '1.5', '0x1', '%201', '1%20', '+1', '1e0', '01', '2147483648', '9'.repeat(30), 'null', 'undefined', 'NaN', '*', '%2a', '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b')),
  segments('id that does not exist', fc.tuple(fc.constantFrom('ins', 'ten', 'key', 'evt', 'msg', 'req', 'hld', 'nod'), fc.string({ unit: fc.constantFrom(...letters), minLength: 25, maxLength: 25 })).map(([prefix, rest]) => `${prefix}_0${rest}`)),
  segments('id beyond a UUID', fc.constantFrom('ins', 'ten', 'key').map((prefix) => `${prefix}_8${'z'.repeat(25)}`)),
  segments('very long id', fc.integer({ min: 60, max: 4_000 }).map((length) => `ins_${'0'.repeat(length)}`)),
  segments('path traversal', fc.constantFrom('..', '.', '%2e%2e', '..%2f..%2fetc%2fpasswd', '..%5c..', '%252e%252e%252f', '....//', ';id')),
  segments('bad percent-encoding', fc.constantFrom('%', '%zz', '%f', '%ff', '%c3%28', '%ed%a0%80', '%u0041')),
  segments('impossible text', impossibleText.filter((text) => text.includes('\0')).map(encode)),
  // what is a number of a version or a phone is none of these
  segments('odd text', oddText.filter((text) => !/^\d+$/.test(text)).map((text) => `x${encode(text)}`)),
);
