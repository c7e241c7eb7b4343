import type { Schema } from './api-document.js';

/**
 * A value as a schema's own examples show it: objects property by property, lists with one item, null where null is all that is known.
 * Undefined when some part that is needed has no example.
 */
export function exampleOf(schema: Schema | undefined, schemas: Record<string, Schema>): unknown {
  if (!schema || 'example' in schema) return schema?.example;
  if (schema.$ref) return exampleOf(schemas[schema.$ref.split('/').at(-1)!], schemas);
  const [first] = schema.anyOf ?? schema.allOf ?? [];
  if (first) return exampleOf(first, schemas);
  if (schema.items) return [exampleOf(schema.items, schemas)].filter((item) => item !== undefined);
  if (schema.properties) return exampleOfObject(schema.properties, schemas);
  if (Array.isArray(schema.type) && schema.type.includes('null')) return null;
  return schema.enum?.[0];
}

function exampleOfObject(properties: Record<string, Schema>, schemas: Record<string, Schema>): object {
  const members = Object.entries(properties).map(([name, property]) => [name, exampleOf(property, schemas)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}
