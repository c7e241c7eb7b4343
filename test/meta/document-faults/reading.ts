import type { Answer, ApiDocument, Media, Parameter, Routed, Schema } from '../../../libs/platform/src/http/openapi/api-document.js';

/** May be called without a key. Grows by a decision, not by an oversight. */
export const PUBLIC = ['checkLiveness', 'checkReadiness', 'readAuditKeys'];

export const nameOf = ({ method, path }: Routed): string => `${method.toUpperCase()} ${path}`;
export const isOpen = ({ operation }: Routed): boolean => PUBLIC.includes(operation.operationId ?? '');
export const changes = (routed: Routed): boolean => routed.method !== 'get' && !isOpen(routed);

/** What a reference leads to; the thing itself when it is none. */
export function resolve<T extends object>(thing: T | { $ref: string } | undefined, document: ApiDocument): T | undefined {
  if (!thing || !('$ref' in thing) || !thing.$ref) return thing as T | undefined;
  const [, ...steps] = thing.$ref.split('/');
  return steps.reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], document) as T | undefined;
}

export function parametersOf({ operation }: Routed, document: ApiDocument): Parameter[] {
  return (operation.parameters ?? []).flatMap((parameter) => resolve<Parameter>(parameter as Parameter, document) ?? []);
}

export function answerOf({ operation }: Routed, status: string | number, document: ApiDocument): Answer | undefined {
  return resolve<Answer>(operation.responses[status], document);
}

export const successesOf = (routed: Routed, document: ApiDocument): [string, Answer][] =>
  Object.keys(routed.operation.responses)
    .filter((status) => status.startsWith('2'))
    .map((status) => [status, answerOf(routed, status, document) ?? {}]);

/** Every JSON that travels, with a word for where. */
export function jsonOf(routed: Routed, document: ApiDocument): [string, Media][] {
  const answers = Object.keys(routed.operation.responses).map((status) => [status, answerOf(routed, status, document)?.content] as const);
  const parts = [['body', routed.operation.requestBody?.content] as const, ...answers];
  return parts.flatMap(([where, content]) =>
    Object.entries(content ?? {}).filter(([type]) => /\bjson$/.test(type)).map(([, media]): [string, Media] => [where, media]),
  );
}

/** A schema with all that it is made of, each once, with the way to it. */
export function schemasIn(root: Schema | undefined, document: ApiDocument, way = '', seen = new Set<Schema>()): [string, Schema][] {
  const schema = resolve<Schema>(root as Schema, document);
  if (!schema || seen.has(schema)) return [];
  seen.add(schema);
  const parts: [string, Schema | undefined][] = [
    ...Object.entries(schema.properties ?? {}).map(([name, property]): [string, Schema] => [`${way}/${name}`, property]),
    [`${way}/*`, schema.items],
    [`${way}/*`, typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined],
    ...[...(schema.anyOf ?? []), ...(schema.allOf ?? [])].map((part): [string, Schema] => [way, part]),
  ];
  return [[way, schema], ...parts.flatMap(([to, part]) => schemasIn(part, document, to, seen))];
}

export const isOfType = ({ type }: Schema, name: string): boolean => (Array.isArray(type) ? type.includes(name) : type === name);
