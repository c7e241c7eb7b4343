import fc from 'fast-check';
import type { Operation } from '../document/api-document.js';
import type { Expectation } from './bad-request.js';

export interface BadHeaders {
  kind: string;
  headers: Record<string, string | undefined>;
  expect: Expectation;
}

const either: Expectation = { verdict: 'either' };
const refused = (...statuses: number[]): Expectation => ({ verdict: 'refused', statuses });
/** After many of them the address is told to wait. */
const REFUSED_KEY = refused(401, 429);

/** Every way to spoil the headers of an operation; undefined takes one away. */
export function badHeaders(operation: Operation, key: string): fc.Arbitrary<BadHeaders>[] {
  const set = (kind: string, name: string, expect: Expectation, ...values: (string | undefined)[]) =>
    fc.constantFrom(...values).map((value) => ({ kind, headers: { [name]: value }, expect }));
  return [
    ...(operation.security?.length ? [set('bad authorization', 'authorization', REFUSED_KEY, ...badAuthorizations(key))] : []),
    ...(operation.method === 'GET' ? [] : [set('wrong content type', 'content-type', refused(415), ...WRONG_TYPES)]),
    set('charset', 'content-type', either, 'application/json; charset=utf-8', 'application/json;charset=UTF-8', 'application/json; charset="utf-8"', 'application/json; charset=utf-16', 'application/json; charset=nonsense', 'APPLICATION/JSON', 'application/json;', 'application/json; q'),
    set('bad Idempotency-Key', 'idempotency-key', either, '', ' ', 'a b', 'x'.repeat(300), 'é', '\u00ff', 'a\tb', '"', 'a,b'),
    set('bad If-Match', 'if-match', either, '', '*', 'x', '"', 'W/"1"', '"-1"', '"1", "2"', '"99999999999999999999"', '1', 'é'),
    set('bad Accept', 'accept', either, '', 'x', '*/*;q=x', 'image/png', 'text/html,'.repeat(200), 'é'),
    set('bad other header', 'last-event-id', either, 'x', '-1', '9'.repeat(40), ''),
    set('method override', 'x-http-method-override', either, 'DELETE', 'GET'),
    set('odd encoding', 'content-encoding', either, 'gzip', 'br', 'nonsense'),
  ];
}

function badAuthorizations(key: string): (string | undefined)[] {
  const flipped = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
  const schemes = ['Bearer', 'bearer ', 'Basic dXNlcjpwYXNz', `Basic ${key}`, key, `Token ${key}`];
  const keys = [flipped, `${key}x`, `${key} ${key}`, `${key},`, key.toUpperCase(), key.slice(0, 20), 'tnr_op_', 'tnr_test_', '\u00e9', `"${key}"`, '__proto__', 'x'.repeat(8_000)];
  return [undefined, '', ...schemes, ...keys.map((text) => `Bearer ${text}`)];
}

const WRONG_TYPES = [undefined, 'text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', 'application/merge-patch+json', 'nonsense', 'application/json, text/plain', '*/*', 'é'];
