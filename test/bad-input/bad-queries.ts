import fc from 'fast-check';
import type { Operation, Parameter, Schema } from '../document/api-document.js';
import { parametersIn } from '../document/api-document.js';
import { escapePointer, type Expectation } from './bad-request.js';
import { impossibleText, oddText, reservedName, unknownName } from './odd-texts.js';

export interface BadQuery {
  kind: string;
  query: string;
  expect: Expectation;
}

const invalid = (pointer: string): Expectation => ({ verdict: 'refused', statuses: [422], pointer });
const unreadable: Expectation = { verdict: 'refused', statuses: [400] };
/** A half of a surrogate pair cannot even be percent-encoded. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** Every way to spoil the query of an operation. */
export function badQueries(operation: Operation): fc.Arbitrary<BadQuery>[] {
  return [...parametersIn(operation, 'query').flatMap(valueFaults), ...nameFaults(operation)];
}

function valueFaults({ name, schema }: Parameter): fc.Arbitrary<BadQuery>[] {
  const at = `/${name}`;
  const no = (kind: string, values: fc.Arbitrary<string>) => values.map((value) => ({ kind, query: `${name}=${encode(value)}`, expect: invalid(at) }));
  const perhaps = (kind: string, values: fc.Arbitrary<string>) => values.map((value) => ({ kind, query: `${name}=${encode(value)}`, expect: { verdict: 'either' as const } }));
  return [
    fc.constant({ kind: 'parameter given twice', query: `${name}=1&${name}=2`, expect: invalid(at) }),
    fc.constantFrom('[]', '[a]', '.a', '[0]').map((suffix) => ({ kind: 'parameter as a list', query: `${name}${suffix}=1`, expect: invalid(`/${name}${suffix}`) })),
    fc.constant({ kind: 'impossible text', query: `${name}=a%00b`, expect: { ...unreadable, pointer: at } }),
    ...typeFaults(schema).map((values) => no('bad parameter', values)),
    ...(name === 'cursor' ? [no('bad cursor', badCursor)] : []),
    ...(schema.maxLength ? [no('too long', fc.integer({ min: schema.maxLength + 1, max: 5_000 }).map((length) => 'x'.repeat(length)))] : []),
    ...(schema.type === 'string' && !schema.enum ? [perhaps('odd text', oddText)] : []),
    fc.constantFrom('%', '%zz', '%ff', '%c3%28', '%ed%a0%80').map((value) => ({ kind: 'bad percent-encoding', query: `${name}=${value}`, expect: { verdict: 'either' as const } })),
  ];
}

/** Texts that are no value of this type. */
function typeFaults({ type, enum: choices, minimum, maximum }: Schema): fc.Arbitrary<string>[] {
  if (choices) return [fc.oneof(fc.constantFrom('', 'LIVE', ' ', 'null'), oddText)];
  if (type === 'boolean') return [fc.constantFrom('', 'yes', '1', '0', 'TRUE', 'null', 'true ', 'constructor', '[]')];
  if (type !== 'integer' && type !== 'number') return [];
  const bounds = [...(minimum === undefined ? [] : [minimum - 1]), ...(maximum === undefined ? [] : [maximum + 1])];
  return [fc.constantFrom('', ' ', 'ten', '1.5', '1e1', '0x10', '０５', '1_0', '+5', '5 ', 'NaN', 'Infinity', '-0.0', '9'.repeat(400), 'null', 'true', ...bounds.map(String))];
}

const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
const badCursor: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'x', '====', 'null', '%', cursorOf(null), cursorOf([]), cursorOf({}), cursorOf([null]), cursorOf([1.5]), cursorOf(['x']), cursorOf([1e300]), cursorOf([{}]), cursorOf([[1]]), cursorOf([1, 2]), cursorOf(['ins_7zzzzzzzzzzzzzzzzzzzzzzzzz', 1, 2])),
  fc.jsonValue({ maxDepth: 2 }).map((value) => cursorOf([value, value, value])),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((text) => `${text.replaceAll('\0', '')}!`),
);

/** Names that no operation knows, or nobody may use. */
function nameFaults(operation: Operation): fc.Arbitrary<BadQuery>[] {
  const known = parametersIn(operation, 'query').map(({ name }) => name);
  const unknown = unknownName.filter((name) => !known.includes(name));
  // the probes of a load balancer may carry anything
  const anybody = !operation.security?.length;
  return [
    unknown.map((name) => ({ kind: 'unknown parameter', query: `${encode(name)}=1`, expect: anybody ? { verdict: 'either' as const } : invalid(`/${escapePointer(name)}`) })),
    reservedName.map((name) => ({ kind: 'reserved name', query: `${name}=1`, expect: { ...unreadable, pointer: `/${name}` } })),
    impossibleText.filter((text) => text.includes('\0')).map((text) => ({ kind: 'impossible name', query: `${encode(text)}=1`, expect: unreadable })),
    fc.integer({ min: 500, max: 1_500 }).map((count) => ({
      kind: 'many unknown parameters',
      query: Array.from({ length: count }, (_, n) => `x${n}=1`).join('&'),
      expect: anybody ? { verdict: 'either' as const } : invalid('/x0'),
    })),
  ];
}
