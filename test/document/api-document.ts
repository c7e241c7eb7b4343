/** What a JSON Schema of the document says, as far as requests are made from it. */
export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  uniqueItems?: boolean;
  pattern?: string;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Content {
  schema?: Schema;
}

interface DocumentedOperation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content> }>;
  security?: object[];
}

export interface ApiDocument {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema> };
}

/** One operation: what a client may send and what it is answered with. */
export interface Operation extends DocumentedOperation {
  method: string;
  path: string;
  /** undefined: it takes no body */
  body: Schema | undefined;
}

export const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => methods[method]).map((method) => {
      const operation = methods[method]!;
      const body = operation.requestBody?.content['application/json']?.schema;
      return { ...operation, method: method.toUpperCase(), path, body: body && resolve(body, document) };
    }),
  );
}

export function resolve(schema: Schema, document: ApiDocument): Schema {
  // a reference with a sentence of its own beside it
  if (schema.allOf?.length === 1) return resolve(schema.allOf[0]!, document);
  const name = schema.$ref?.split('/').at(-1);
  return name ? document.components.schemas[name]! : schema;
}

export const parametersIn = (operation: Operation, place: Parameter['in']): Parameter[] =>
  (operation.parameters ?? []).filter((parameter) => parameter.in === place);
