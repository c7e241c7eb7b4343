import fs from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
/** May be called without a key. Grows by a decision, not by an oversight. */
const PUBLIC = ['checkLiveness', 'checkReadiness'];

interface Content {
  schema?: { $ref?: string };
}
interface Parameter {
  name: string;
  required: boolean;
  schema: { default?: unknown; type?: string };
}
interface Operation {
  parameters?: Parameter[];
  operationId?: string;
  summary?: string;
  security?: object[];
  responses: Record<string, { description?: string; content?: Record<string, Content> }>;
}
interface ApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const text = fs.readFileSync(path.join(ROOT, 'docs/openapi.json'), 'utf8');
const document = JSON.parse(text) as ApiDocument;
const operations = Object.entries(document.paths).flatMap(([route, methods]) =>
  METHODS.filter((method) => methods[method]).map((method) => ({ ...methods[method]!, route: `${method.toUpperCase()} ${route}` })),
);
const guarded = operations.filter(({ operationId }) => !PUBLIC.includes(operationId ?? ''));

/** The routes of those that lack something: empty when none does. */
const routesOf = (lacking: { route: string }[]): string[] => lacking.map(({ route }) => route);

describe('The OpenAPI document', () => {
  it('describes the product', () => {
    expect(operations.length).toBeGreaterThan(30);
  });

  it('speaks 3.1 and none of the words of 3.0', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(text).not.toMatch(/"nullable"|"exclusive(Minimum|Maximum)": (true|false)/);
  });

  it('has schemas that a JSON Schema validator accepts, with references that lead somewhere', () => {
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(document, 'api');
    for (const name of Object.keys(document.components.schemas)) {
      expect(ajv.compile({ $ref: `api#/components/schemas/${name}` })).toBeInstanceOf(Function);
    }
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(document.components.schemas).toHaveProperty(name!);
  });

  it('names every operation once, by a verb phrase: the method of a client', () => {
    const names = operations.map(({ operationId }) => operationId ?? '');
    expect(names.filter((name) => !/^[a-z]+[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('says in a sentence what every operation does', () => {
    expect(routesOf(operations.filter(({ summary }) => !summary || summary.length < 10))).toEqual([]);
  });

  it('asks for a key everywhere but at the health checks', () => {
    expect(routesOf(guarded.filter(({ security }) => !security?.length))).toEqual([]);
    expect(operations.filter(({ security }) => !security?.length).map(({ operationId }) => operationId)).toEqual(PUBLIC);
  });

  it('documents what a wrong key, a missing scope and an invalid field are answered with', () => {
    const lacking = (status: string) => routesOf(guarded.filter(({ responses }) => !responses[status]?.content?.['application/problem+json']));
    expect({ 401: lacking('401'), 403: lacking('403'), 422: lacking('422') }).toEqual({ 401: [], 403: [], 422: [] });
  });

  it('documents 404 wherever the path names something', () => {
    const named = operations.filter(({ route }) => route.includes('{'));
    expect(routesOf(named.filter(({ responses }) => !responses['404']))).toEqual([]);
  });

  it('shows every error as a problem, and every answer with a description', () => {
    const answers = operations.flatMap(({ route, responses }) => Object.entries(responses).map(([status, answer]) => ({ route: `${route} ${status}`, status, ...answer })));
    const errors = answers.filter(({ status, route }) => Number(status) >= 400 && !route.startsWith('GET /readyz'));
    expect(routesOf(errors.filter(({ content }) => content?.['application/problem+json']?.schema?.$ref !== '#/components/schemas/ProblemDto'))).toEqual([]);
    expect(routesOf(answers.filter(({ description }) => !description))).toEqual([]);
  });

  it('says what comes back from everything that answers 200 or 201', () => {
    const silent = operations.filter(({ responses }) => ['200', '201'].some((status) => responses[status] && !responses[status].content));
    expect(routesOf(silent)).toEqual([]);
  });

  it('asks for no parameter that has a default, and shows whole numbers as such', () => {
    const parameters = operations.flatMap(({ route, parameters = [] }) => parameters.map((parameter) => ({ ...parameter, route: `${route} ${parameter.name}` })));
    expect(routesOf(parameters.filter(({ required, schema }) => required && schema.default !== undefined))).toEqual([]);
    expect(routesOf(parameters.filter(({ name, schema }) => ['limit', 'after', 'policyVersion'].includes(name) && schema.type !== 'integer'))).toEqual([]);
  });

  it('offers a limit and a cursor on every list', () => {
    const lists = operations.filter(({ responses }) => responses['200']?.content?.['application/json']?.schema?.$ref?.endsWith('PageDto'));
    const without = lists.filter((operation) => {
      return !['limit', 'cursor'].every((name) => operation.parameters?.some((parameter) => parameter.name === name));
    });
    expect(lists.length).toBeGreaterThan(5);
    expect(routesOf(without)).toEqual([]);
  });
});

describe('The classes behind it', () => {
  it('have one name each: of two with the same name the document would show one', () => {
    const folders = fs.readdirSync(path.join(ROOT, 'libs'), { recursive: true, encoding: 'utf8' });
    const names = folders
      .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
      .flatMap((file) => [...fs.readFileSync(path.join(ROOT, 'libs', file), 'utf8').matchAll(/^export class (\w+(?:Dto|Query|Request))\b/gm)])
      .map(([, name]) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
