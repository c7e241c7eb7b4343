import { STATUS_CODES } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const DESCRIPTION = 'Hosts fleets of WhatsApp instances for many tenants and never removes one that nobody agreed to remove.';

/** The document of everything that is routed. An operation's id is its method's name: a verb phrase, the SDK's method. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Tenure')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key: tnr_live_..., tnr_test_... or, for the operator, tnr_op_...' })
    .build();
  return describeParameters(describeResponses(modernize(SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method }))));
}

/** What has a default may be left out; Swagger calls every property of a query class without a question mark required. */
function describeParameters(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as { parameters?: Parameter[] }[]);
  for (const parameter of operations.flatMap(({ parameters }) => parameters ?? [])) {
    if (parameter.schema?.default !== undefined) parameter.required = false;
  }
  return document;
}

interface Parameter {
  required: boolean;
  schema?: { default?: unknown };
}

/** Says what Swagger leaves out: a problem's own media type, and a word for a status nobody described. */
function describeResponses(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as { responses?: Record<string, Response> }[]);
  for (const [status, response] of operations.flatMap(({ responses }) => Object.entries(responses ?? {}))) {
    response.description ||= STATUS_CODES[status] ?? '';
    const json = response.content?.['application/json'];
    if (json?.schema?.$ref === PROBLEM) response.content = { 'application/problem+json': json };
  }
  return document;
}

const PROBLEM = '#/components/schemas/ProblemDto';
interface Response {
  description: string;
  content?: Record<string, { schema?: { $ref?: string } }>;
}

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
