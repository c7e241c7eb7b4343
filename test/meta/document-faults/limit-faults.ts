import type { ApiDocument, Routed, Schema } from '../../../libs/platform/src/http/openapi/api-document.js';
import { isOfType, jsonOf, parametersOf, schemasIn, successesOf } from './reading.js';

/** Nothing comes in or goes out that has no end: lists, and the texts that are sent. */
export function limitFaults(routed: Routed, document: ApiDocument): string[] {
  return [...pageFaults(routed, document), ...listFaults(routed, document), ...textFaults(routed, document)];
}

function pageFaults(routed: Routed, document: ApiDocument): string[] {
  const isPage = successesOf(routed, document).some(([, { content }]) => content?.['application/json']?.schema?.$ref?.endsWith('PageDto'));
  if (!isPage) return [];
  const parameters = parametersOf(routed, document);
  const limit = parameters.find(({ name }) => name === 'limit')?.schema as { maximum?: number } | undefined;
  return [
    ...(limit?.maximum ? [] : ['it is a list without a limit']),
    ...(parameters.some(({ name }) => name === 'cursor') ? [] : ['it is a list without a cursor']),
  ];
}

function listFaults(routed: Routed, document: ApiDocument): string[] {
  const all = jsonOf(routed, document).flatMap(([where, { schema }]) => schemasIn(schema, document, where));
  return [...new Set(all.filter(([, schema]) => isOfType(schema, 'array') && !schema.maxItems).map(([way]) => `the list ${way} has no end`))];
}

function textFaults(routed: Routed, document: ApiDocument): string[] {
  const sent = jsonOf(routed, document).filter(([where]) => where === 'body');
  const bodies = sent.flatMap(([where, { schema }]) => schemasIn(schema, document, where));
  const asked = parametersOf(routed, document).filter((parameter) => parameter.in !== 'path');
  const texts = [...bodies, ...asked.map(({ name, schema }): [string, Schema] => [`${name}`, schema ?? {}])];
  return texts.filter(([, schema]) => isOfType(schema, 'string') && !schema.enum && !schema.maxLength).map(([way]) => `the text ${way} may be of any length`);
}
