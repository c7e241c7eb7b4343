import { type ApiDocument, resolve, type Schema } from './api-document.js';

/** A valid value by the document's own words. */
export function exampleOf(schema: Schema, document: ApiDocument): unknown {
  const { example, default: usual, enum: choices, type, ...rest } = resolve(schema, document);
  if (example !== undefined) return example;
  if (usual !== undefined) return usual;
  if (choices) return choices[0];
  if (type === 'array') return [exampleOf(rest.items ?? {}, document)];
  if (type === 'object') return exampleBody(rest, document);
  return { string: 'x', integer: rest.minimum ?? 1, number: rest.minimum ?? 1, boolean: true }[String(type)] ?? null;
}

/** A valid body with the required fields and nothing else; where no field is declared, the example. */
export function exampleBody(schema: Schema, document: ApiDocument): Record<string, unknown> {
  if (!schema.properties) return (schema.example ?? {}) as Record<string, unknown>;
  const required = (schema.required ?? []).map((name) => [name, exampleOf(schema.properties![name] ?? {}, document)]);
  return Object.fromEntries(required) as Record<string, unknown>;
}
