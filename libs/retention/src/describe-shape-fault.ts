import type { ErrorObject } from 'ajv/dist/2020.js';
import type { FieldFault } from '#libs/platform';
import { jsonPointer } from './json-pointer.js';

/** What the schema's validator found, for a person. Wants `verbose` errors. */
export function describeShapeFault(error: ErrorObject): FieldFault {
  return { pointer: error.instancePath + jsonPointer(culprit(error)), detail: sentence(error) };
}

/** Some keywords report the object; the fault is at one of its keys. */
function culprit({ keyword, params }: ErrorObject): string[] {
  const key = KEY_AT_FAULT[keyword];
  return key === undefined ? [] : [String((params as Params)[key])];
}

/** The parameter that holds the key, by keyword. */
const KEY_AT_FAULT: Record<string, string> = {
  additionalProperties: 'additionalProperty',
  required: 'missingProperty',
  discriminator: 'tag',
  propertyNames: 'propertyName',
};

function sentence(error: ErrorObject): string {
  const params = error.params as Params;
  const schema = error.parentSchema as { properties?: object; description?: string } | undefined;
  switch (error.keyword) {
    case 'additionalProperties':
      return `is not known here; known are ${Object.keys(schema?.properties ?? {}).join(', ')}`;
    case 'required':
      return 'is missing';
    case 'discriminator':
      return 'must be "retain" or "act"';
    case 'propertyNames':
      return 'a label key has 1 to 63 characters, none of them "=" or a control character';
    case 'uniqueItems':
      return `names the same twice (entries ${[params.i, params.j].sort().join(' and ')}, counted from 0)`;
    default:
      return `must be ${schema?.description ?? expected(error.keyword, params) ?? error.message}`;
  }
}

function expected(keyword: string, params: Params): string | undefined {
  switch (keyword) {
    case 'const':
      return JSON.stringify(params.allowedValue);
    case 'enum':
      return `one of ${(params.allowedValues as string[]).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'type':
      return NAMES[String(params.type)] ?? `a ${String(params.type)}`;
    case 'minItems':
    case 'minProperties':
      return `given with at least ${String(params.limit)} entry, or left out`;
    case 'maxItems':
    case 'maxProperties':
      return `at most ${String(params.limit)} entries long`;
    default:
      return undefined;
  }
}

type Params = Record<string, unknown>;

const NAMES: Record<string, string> = { array: 'a list', object: 'a JSON object', string: 'a text', integer: 'a whole number' };
