type Schema = Record<string, unknown>;

/** Swagger writes 3.0's words; 3.1 is JSON Schema 2020-12 and has neither `nullable` nor boolean exclusive bounds. */
export function modernize<T>(node: T): T {
  if (Array.isArray(node)) return node.map(modernize) as T;
  if (!node || typeof node !== 'object') return node;
  const schema = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, modernize(value)])) as Schema;
  if ('nullable' in schema && typeof schema.nullable === 'boolean') replaceNullable(schema);
  replaceExclusive(schema, 'exclusiveMinimum', 'minimum');
  replaceExclusive(schema, 'exclusiveMaximum', 'maximum');
  return schema as T;
}

function replaceNullable(schema: Schema): void {
  const nullable = schema.nullable;
  delete schema.nullable;
  if (!nullable) return;
  if (typeof schema.type === 'string') {
    schema.type = [schema.type, 'null'];
    if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...(schema.enum as unknown[]), null];
  } else if (Array.isArray(schema.allOf)) {
    schema.anyOf = [...(schema.allOf as unknown[]), { type: 'null' }];
    delete schema.allOf;
  } else if (schema.$ref) {
    schema.anyOf = [{ $ref: schema.$ref }, { type: 'null' }];
    delete schema.$ref;
  }
}

function replaceExclusive(schema: Schema, exclusive: string, bound: string): void {
  if (typeof schema[exclusive] !== 'boolean') return;
  if (schema[exclusive]) {
    schema[exclusive] = schema[bound];
    delete schema[bound];
  } else delete schema[exclusive];
}
