import { type BodyLine, EXPORT_KIND, type ExportHeader } from '../exports/export-lines.js';
import { NotReadable, NotVerified } from './faults.js';

type Check = (value: unknown) => boolean;
type Shape = Record<string, Check>;

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPosition: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const isHash: Check = (value) => typeof value === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(value) && Buffer.from(value, 'base64').toString('base64') === value;
const isAnything: Check = () => true;
const orNull = (check: Check): Check => (value) => value === null || check(value);
const orAbsent = (check: Check): Check => (value) => value === undefined || check(value);
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
const isNode: Check = (value) => Array.isArray(value) && value.length === 2 && isCount(value[0]) && isHash(value[1]);
const like = (shape: Shape): Check => (value) => isObject(value) && fits(value, shape);

const FILTER: Shape = { from: orNull(isText), until: orNull(isText), types: orNull(listOf(isText)), instanceId: orNull(isText) };
const HEADER: Shape = { kind: (value) => value === EXPORT_KIND, origin: isText, tenantId: isText, environment: isText, filter: like(FILTER), size: isPosition };
const BODY: Record<BodyLine['kind'], Shape> = {
  entry: { kind: isText, position: isPosition, leaf: orNull(isHash), canonical: isText, personal: isAnything, personalKey: orAbsent(isHash) },
  missing: { kind: isText, position: isPosition, leaf: orNull(isHash) },
  gap: { kind: isText, from: isPosition, to: isPosition, hashes: listOf(isNode) },
  checkpoint: { kind: isText, note: isText },
  seal: { kind: isText, note: isText },
};

/** @throws NotReadable when it is not the first line of an export; NotVerified when it is, and was changed */
export function parseHeader(text: string): ExportHeader {
  const value = parse(text);
  if (!isObject(value) || value['kind'] !== EXPORT_KIND) throw new NotReadable('this is no export of the audit: it does not begin like one');
  if (!isExact(value, text) || !fits(value, HEADER)) throw new NotVerified('line 1, the header, was altered: it is not written as exports are');
  return value as unknown as ExportHeader;
}

/** Null: it is no line of an export, or not exactly as exports are written, so that nobody else could read it in another way. */
export function parseBody(text: string): BodyLine | null {
  const value = parse(text);
  if (!isObject(value) || !isExact(value, text)) return null;
  const kind = value['kind'];
  return typeof kind === 'string' && Object.hasOwn(BODY, kind) && fits(value, BODY[kind as BodyLine['kind']]) ? (value as unknown as BodyLine) : null;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isExact = (value: unknown, text: string): boolean => JSON.stringify(value) === text;
const fits = (value: Record<string, unknown>, shape: Shape): boolean =>
  Object.keys(value).every((name) => Object.hasOwn(shape, name)) && Object.entries(shape).every(([name, check]) => check(value[name]));

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
