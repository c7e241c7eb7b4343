import fc from 'fast-check';
import type { ApiDocument, Operation, Schema } from '../document/api-document.js';
import { resolve } from '../document/api-document.js';
import { escapePointer, type Expectation } from './bad-request.js';
import { exampleBody, exampleOf } from '../document/example-of.js';
import { impossibleText, oddText, reservedName, unknownName } from './odd-texts.js';

export interface BadBody {
  kind: string;
  text: string | Buffer;
  expect: Expectation;
}
type Body = Record<string, unknown>;

const INVALID = [422];
const UNREADABLE = [400];
const BODY_LIMIT = 256 * 1024;
const FAR_TOO_DEEP = 40;

const refused = (pointer: string | undefined, statuses = INVALID): Expectation => ({ verdict: 'refused', statuses, ...(pointer !== undefined && { pointer }) });
const bad = (kind: string, body: unknown, expect: Expectation): BadBody => ({ kind, text: JSON.stringify(body), expect });
/** `JSON.stringify` of an object literal would set its prototype instead. */
const withField = (body: Body, name: string, value: unknown): string => {
  const inner = JSON.stringify(body).slice(1, -1);
  return `{${inner}${inner ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(value)}}`;
};

/** Every way to spoil the body of an operation. */
export function badBodies(operation: Operation, document: ApiDocument): fc.Arbitrary<BadBody>[] {
  const schema = operation.body ?? { type: 'object', properties: {} };
  const valid = exampleBody(schema, document);
  const fields = schema.properties ? fieldFaults(schema, valid, document) : exampleFaults(valid);
  return [...fields, ...wholeFaults(valid), ...unreadable(valid)];
}

/** Faults of declared fields. */
function fieldFaults(schema: Schema, valid: Body, document: ApiDocument): fc.Arbitrary<BadBody>[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, declared]) => {
    const field = resolve(declared, document);
    const at = `/${escapePointer(name)}`;
    const required = schema.required?.includes(name);
    const { [name]: _left, ...without } = valid;
    return [
      ...(required ? [fc.constant(bad('missing field', without, refused(at)))] : []),
      ...valueFaults(field, document).map((arb) => arb.map(({ kind, value, expect }) => bad(kind, { ...valid, [name]: value }, pointed(expect, at)))),
    ];
  });
}

const pointed = (expect: Expectation, pointer: string): Expectation => ({ ...expect, pointer });

interface BadValue {
  kind: string;
  value: unknown;
  expect: Expectation;
}

/** Values a field cannot have by its schema, or has trouble with. */
function valueFaults(field: Schema, document: ApiDocument): fc.Arbitrary<BadValue>[] {
  const types = [field.type ?? []].flat();
  const no = (kind: string, values: fc.Arbitrary<unknown>, statuses = INVALID) => values.map((value) => ({ kind, value, expect: refused('', statuses) }));
  const perhaps = (kind: string, values: fc.Arbitrary<unknown>) => values.map((value) => ({ kind, value, expect: { verdict: 'either' as const } }));
  const closed = field.enum !== undefined || field.pattern !== undefined;
  const text = types.includes('string');
  const number = types.includes('number') || types.includes('integer');
  const longest = field.maxLength;
  return [
    no('wrong type', fc.constantFrom(...OF_OTHER_TYPES.filter(([type]) => !types.includes(type) && !(type === 'number' && number)).map(([, value]) => value))),
    ...(types.includes('null') ? [] : [no('null', fc.constant(null))]),
    ...(text ? [no('impossible text', impossibleText, UNREADABLE), (closed ? no : perhaps)('odd text', oddText.filter((value) => !fits(field, value)))] : []),
    ...(text && (closed || field.minLength) ? [no('empty text', fc.constant(''))] : []),
    ...(text && longest ? [no('too long', fc.integer({ min: longest + 1, max: longest * 3 }).map((length) => 'x'.repeat(length)))] : []),
    ...(text && !longest ? [perhaps('very long', fc.integer({ min: 1_000, max: 100_000 }).map((length) => '9'.repeat(length)))] : []),
    ...(number ? numberFaults(field).map((values) => no('number out of bounds', values)) : []),
    ...(types.includes('array') ? listFaults(field, document).map((values) => no('bad list', values)) : []),
    ...(types.includes('object') ? [perhaps('odd names', fc.dictionary(fc.oneof(unknownName, oddText), oddText, { maxKeys: 40 }))] : []),
  ];
}

/** Chance makes a code as well as nonsense. */
const fits = ({ enum: names, pattern }: Schema, text: string): boolean => (names?.includes(text) ?? false) || (pattern !== undefined && new RegExp(pattern).test(text));

const OF_OTHER_TYPES: [string, unknown][] = [
  ['string', 'text'],
  ['number', 7],
  ['number', -1.5],
  ['boolean', true],
  ['array', []],
  ['array', ['x']],
  ['array', [[['x']]]],
  ['object', {}],
  ['object', { length: 3 }],
  ['object', { toString: 'x' }],
];

function numberFaults({ minimum, maximum }: Schema): fc.Arbitrary<unknown>[] {
  const beyond = [fc.constantFrom<unknown>(1.5, 1e308, -1e308, 5e-324)];
  if (minimum !== undefined) beyond.push(fc.integer({ max: minimum - 1 }));
  if (maximum !== undefined) beyond.push(fc.integer({ min: maximum + 1, max: Number.MAX_SAFE_INTEGER }));
  return beyond;
}

function listFaults({ minItems, uniqueItems, items = {} }: Schema, document: ApiDocument): fc.Arbitrary<unknown>[] {
  const item = exampleOf(items, document);
  return [
    fc.constantFrom<unknown>([null], [[]], [7], [{}], [item, null]),
    ...(minItems ? [fc.constant([])] : []),
    ...(uniqueItems ? [fc.integer({ min: 2, max: 5_000 }).map((length) => Array.from({ length }, () => item))] : []),
    ...(items.enum ? [oddText.filter((text) => !items.enum!.includes(text)).map((text) => [text])] : []),
  ];
}

/** Where no field is declared, the example shows some: none of them can have another type. */
function exampleFaults(valid: Body): fc.Arbitrary<BadBody>[] {
  return Object.keys(valid).map((name) =>
    fc
      .constantFrom(...OF_OTHER_TYPES.filter(([type]) => type !== typeOf(valid[name])).map(([, value]) => value), null)
      .map((value) => bad('wrong type', { ...valid, [name]: value }, refused(`/${name}`))),
  );
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);

/** Faults that any body can have. */
function wholeFaults(valid: Body): fc.Arbitrary<BadBody>[] {
  const named = (kind: string, names: fc.Arbitrary<string>, statuses: number[]) =>
    fc
      .tuple(names, fc.jsonValue({ maxDepth: 1, noUnicodeString: true }))
      .map(([name, value]) => ({ kind, text: withField(valid, name, isClean(value) ? value : 1), expect: refused(`/${escapePointer(name)}`, statuses) }));
  return [
    named('unknown field', unknownName, INVALID),
    named('reserved name', reservedName, UNREADABLE),
    named('impossible name', impossibleText, UNREADABLE).map(({ expect: { pointer: _unsayable, ...expect }, ...rest }) => ({ ...rest, expect })),
    fc.constantFrom('[', '{"a":').map((open) => {
      const deep = open.repeat(FAR_TOO_DEEP) + '1' + (open === '[' ? ']' : '}').repeat(FAR_TOO_DEEP);
      return { kind: 'nested too deep', text: withField(valid, 'deep', 0).replace(/0}$/, `${deep}}`), expect: refused(undefined, UNREADABLE) };
    }),
    fc.constant({ kind: 'huge list', text: withField(valid, 'xs', Array.from({ length: 10_000 }, () => 1)), expect: refused('/xs') }),
    fc.constant({ kind: 'many unknown fields', text: JSON.stringify({ ...valid, ...Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`x${n}`, n])) }), expect: refused('/x0') }),
  ];
}

const isClean = (value: unknown): boolean => !/\\u0000|__proto__|constructor|prototype/.test(JSON.stringify(value)) && JSON.stringify(value).isWellFormed();

/** What is no JSON object in UTF-8 of a bearable size. */
function unreadable(valid: Body): fc.Arbitrary<BadBody>[] {
  const json = JSON.stringify(valid);
  const none = (kind: string, text: string | Buffer, status = 400): BadBody => ({ kind, text, expect: { verdict: 'refused', statuses: [status] } });
  return [
    fc.constantFrom('[]', '[{}]', '"text"', '7', 'null', 'true', '[null]').map((text) => none('no object', text)),
    fc.constantFrom(`${json}x`, json.slice(0, -1), `{'a':1}`, `{"a":NaN}`, `{"a":1,}`, `{"a":01}`, '{', '\ufeff{}', `${json}${json}`, '{"a":"\n"}', ' ', '{a:1}', `/**/${json}`).map((text) => none('broken JSON', text)),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => none('bytes', Buffer.concat([Buffer.from('{"x'), Buffer.from([0xff]), Buffer.from(bytes)]))),
    fc.constantFrom('c3', 'ff', 'eda080', 'c080', 'f4908080').map((hex) => none('invalid UTF-8', Buffer.concat([Buffer.from('{"x":"'), Buffer.from(hex, 'hex'), Buffer.from('"}')]))),
    fc.constant(none('UTF-16', Buffer.from(json, 'utf16le'))),
    fc.integer({ min: BODY_LIMIT + 1, max: BODY_LIMIT * 2 }).map((length) => none('body over the limit', `{"x":"${'x'.repeat(length)}"}`, 413)),
  ];
}
