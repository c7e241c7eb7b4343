/** The parts of an OpenAPI document that are read and completed here. */
export interface ApiDocument {
  info: object;
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; responses?: Record<string, Answer>; headers?: Record<string, object>; parameters?: Record<string, object> };
}

export interface Operation {
  operationId?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
  [extension: `x-${string}`]: unknown;
}

export interface Parameter {
  $ref?: string;
  name?: string;
  in?: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

export interface Answer {
  $ref?: string;
  description?: string;
  headers?: Record<string, object>;
  content?: Record<string, Media>;
}

export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  example?: unknown;
  description?: string;
  format?: string;
  maxItems?: number;
  maxLength?: number;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
}

/** One operation with where it is. */
export interface Routed {
  method: string;
  path: string;
  operation: Operation;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const MUTATIONS = ['put', 'post', 'patch', 'delete'];

export function operationsOf(document: ApiDocument): Routed[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ method, path, operation })),
  );
}

/** Needs a key. */
export const isGuarded = ({ operation }: Routed): boolean => (operation.security?.length ?? 0) > 0;
/** May change something, so that it matters whether it happened once. */
export const isMutation = (routed: Routed): boolean => MUTATIONS.includes(routed.method) && isGuarded(routed);
/** Reads or changes a thing whose version travels as its ETag. */
export const isVersioned = ({ operation }: Routed): boolean => operation['x-versioned'] === true;
