import fs from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type ApiDocument, operationsOf } from '../../libs/platform/src/http/openapi/api-document.js';
import { answerOf, nameOf, parametersOf, PUBLIC } from './document-faults/reading.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const text = fs.readFileSync(path.join(ROOT, 'docs/openapi.json'), 'utf8');
const document = JSON.parse(text) as ApiDocument;
const operations = operationsOf(document);
const answers = operations.flatMap((routed) =>
  Object.keys(routed.operation.responses).map((status) => ({ name: `${nameOf(routed)} ${status}`, status, answer: answerOf(routed, status, document) })),
);

/** The names of those that lack something: empty when none does. */
const namesOf = (lacking: { name: string }[]): string[] => lacking.map(({ name }) => name);

describe('The OpenAPI document', () => {
  it('describes the product', () => {
    expect(operations.length).toBeGreaterThan(30);
  });

  it('speaks 3.1 and none of the words of 3.0', () => {
    expect(document).toMatchObject({ openapi: '3.1.0' });
    expect(text).not.toMatch(/"nullable"|"exclusive(Minimum|Maximum)": (true|false)/);
  });

  it('has schemas that a JSON Schema validator accepts, with references that lead somewhere', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'api');
    for (const name of Object.keys(document.components.schemas)) {
      expect(ajv.compile({ $ref: `api#/components/schemas/${name}` })).toBeInstanceOf(Function);
    }
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(document.components.schemas).toHaveProperty([name!]);
  });

  it('introduces itself: keys, environments, errors, idempotency, lists, limits', () => {
    const { info } = document as ApiDocument & { info: { description: string } };
    for (const subject of ['Keys', 'Environments', 'Errors', 'Idempotency', 'Lists', 'Limits']) expect(info.description).toContain(`**${subject}.**`);
  });

  it('asks for a key everywhere but at the health checks and the public keys of the audit, and names the scope', () => {
    const open = operations.filter(({ operation }) => !operation.security?.length);
    expect(open.map(({ operation }) => operation.operationId)).toEqual(PUBLIC);
    expect(document.paths['/v1/instances']!.post!.security).toEqual([{ bearer: ['instances:write'] }]);
    expect(document.paths['/v1/tenants']!.post!.security).toEqual([{ bearer: ['operator'] }]);
    expect(text).not.toContain('x-access');
  });

  it('shows problems that exist: each example is in the list of errors, with its status and title', () => {
    const listed = fs.readFileSync(path.join(ROOT, 'docs/errors.md'), 'utf8');
    const examples = answers.flatMap(({ answer }) => answer?.content?.['application/problem+json']?.example ?? []) as { code: string; status: number; title: string }[];
    expect(examples.length).toBeGreaterThan(200);
    for (const { code, status, title } of examples) expect(listed).toContain(`## ${code}\n\n**${status} ${title}**`);
  });

  it('has a description of every answer', () => {
    expect(namesOf(answers.filter(({ answer }) => !answer?.description))).toEqual([]);
  });

  it('says what comes back from everything that answers 200 or 201', () => {
    expect(namesOf(answers.filter(({ status, answer }) => ['200', '201'].includes(status) && !answer?.content))).toEqual([]);
  });

  it('asks for no parameter that has a default, and shows whole numbers as such', () => {
    const parameters = operations.flatMap((routed) => parametersOf(routed, document).map((parameter) => ({ ...parameter, name: `${nameOf(routed)} ${parameter.name}` })));
    expect(namesOf(parameters.filter(({ required, schema }) => required && schema?.default !== undefined))).toEqual([]);
    expect(namesOf(parameters.filter(({ name, schema }) => / (limit|after|policyVersion)$/.test(name) && schema?.type !== 'integer'))).toEqual([]);
  });

  it('knows many lists, so that the rules about them have something to say', () => {
    const lists = answers.filter(({ answer }) => answer?.content?.['application/json']?.schema?.$ref?.endsWith('PageDto'));
    expect(lists.length).toBeGreaterThan(5);
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
