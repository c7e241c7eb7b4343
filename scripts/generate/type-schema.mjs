import ts from 'typescript';

/** The JSON Schema of a type that JSON can hold. Throws for one it does not know: the catalogue has no use for cleverness. */
export function schemaOf(type, checker) {
  if (type.isUnion()) return unionSchema(type, checker);
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  const simple = SIMPLE.find(([flag]) => type.flags & flag);
  if (simple) return simple[1](type);
  if (checker.isArrayType(type)) return { type: 'array', items: schemaOf(checker.getTypeArguments(type)[0], checker) };
  if (type.flags & ts.TypeFlags.Object) return objectSchema(type, checker);
  throw new Error(`There is no schema for ${checker.typeToString(type)}`);
}

const SIMPLE = [
  [ts.TypeFlags.Null, () => ({ type: 'null' })],
  [ts.TypeFlags.TemplateLiteral, ({ texts }) => ({ type: 'string', pattern: `^${texts[0]}` })],
  [ts.TypeFlags.String, () => ({ type: 'string' })],
  [ts.TypeFlags.Number, () => ({ type: 'number' })],
  [ts.TypeFlags.Boolean, () => ({ type: 'boolean' })],
  [ts.TypeFlags.Unknown, () => ({})],
];

/** Literals become one enum; what is left becomes alternatives. */
function unionSchema(type, checker) {
  if (type.flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
  const parts = type.types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
  const literals = parts.filter((part) => part.isStringLiteral()).map(({ value }) => value);
  const others = parts.filter((part) => !part.isStringLiteral()).map((part) => schemaOf(part, checker));
  const all = [...(literals.length > 0 ? [{ type: 'string', enum: literals }] : []), ...others];
  if (all.length === 1) return all[0];
  return all.every((schema) => Object.keys(schema).join() === 'type') ? { type: all.map((schema) => schema.type).sort(nullLast) } : { anyOf: all.sort(nullLast) };
}

const nullLast = (a, b) => Number(isNull(a)) - Number(isNull(b));
const isNull = (schema) => schema === 'null' || schema.type === 'null';

function objectSchema(type, checker) {
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  // nothing yet: fields may be added
  if (index?.type.flags & ts.TypeFlags.Never) return { type: 'object', properties: {} };
  if (index) return { type: 'object', additionalProperties: schemaOf(index.type, checker) };
  const properties = type.getProperties();
  const required = properties.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
  return { type: 'object', properties: Object.fromEntries(properties.map((symbol) => [symbol.name, propertySchema(symbol, checker)])), required };
}

function propertySchema(symbol, checker) {
  const description = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  return { ...(description && { description }), ...schemaOf(checker.getTypeOfSymbol(symbol), checker) };
}
