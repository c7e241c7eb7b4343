import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiDocument, Media, Routed } from '../../../libs/platform/src/http/openapi/api-document.js';
import { jsonOf } from './reading.js';

/** Judges a media type: whether it has an example, and whether that is what its schema says. */
export type ExampleJudge = (media: Media) => string | null;

export function exampleJudge(document: ApiDocument): ExampleJudge {
  const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'api');
  const compiled = new Map<string, ValidateFunction>();
  const compile = (schema: object): ValidateFunction => {
    const absolute = JSON.stringify(schema).replaceAll('"#/components', '"api#/components');
    const known = compiled.get(absolute) ?? ajv.compile(JSON.parse(absolute) as object);
    compiled.set(absolute, known);
    return known;
  };
  return ({ schema, example, examples = {} }) => {
    const shown = example === undefined ? Object.values(examples).map(({ value }) => value) : [example];
    if (shown.length === 0) return 'has no example';
    const isValid = compile(schema ?? {});
    return shown.every((one) => isValid(one)) ? null : `has an example that is not valid: ${ajv.errorsText(isValid.errors)}`;
  };
}

export function exampleFaults(routed: Routed, document: ApiDocument, judge: ExampleJudge): string[] {
  return jsonOf(routed, document).flatMap(([where, media]) => {
    const fault = judge(media);
    return fault ? [`${where} ${fault}`] : [];
  });
}
