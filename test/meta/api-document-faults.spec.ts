import fs from 'node:fs';
import path from 'node:path';
import type { ApiDocument, Operation } from '../../libs/platform/src/http/openapi/api-document.js';
import { findDocumentFaults } from './find-document-faults.js';

const file = path.resolve(import.meta.dirname, '../../docs/openapi.json');
const document = JSON.parse(fs.readFileSync(file, 'utf8')) as ApiDocument;

/** Nobody's damage: so that a fault of the product fails one test and not all. */
const already = new Set(findDocumentFaults(document));

/** What the document lacks once something was done to it. */
function faultsAfter(damage: (document: ApiDocument) => void): string[] {
  const damaged = structuredClone(document);
  damage(damaged);
  return findDocumentFaults(damaged).filter((fault) => !already.has(fault));
}

const create = (damaged: ApiDocument): Operation => damaged.paths['/v1/instances']!.post!;
const list = (damaged: ApiDocument): Operation => damaged.paths['/v1/instances']!.get!;
const patch = (damaged: ApiDocument): Operation => damaged.paths['/v1/instances/{id}']!.patch!;
const without = (operation: Operation, name: string) => {
  operation.parameters = operation.parameters?.filter((parameter) => parameter.name !== name && !parameter.$ref?.endsWith(`/${name}`));
};

/** A route as a careless developer would write it into the document. */
const BARE = { responses: { 200: { content: { 'application/json': { schema: { type: 'array', items: { type: 'string' } } } } } } } as Operation;

describe('The routes of the product', () => {
  it('lack nothing', () => {
    expect([...already]).toEqual([]);
  });
});

describe('A route that lacks something is found:', () => {
  it.each<[string, (document: ApiDocument) => void, string[]]>([
    ['its operationId', (damaged) => delete create(damaged).operationId, ['POST /v1/instances: its operationId is no verb phrase']],
    ['a name of its own', (damaged) => (create(damaged).operationId = 'readTenant'), ['POST /v1/instances: its operationId is taken']],
    ['its summary', (damaged) => delete (create(damaged) as { summary?: string }).summary, ['POST /v1/instances: no summary says what it does']],
    ['a tag with a description', (damaged) => (create(damaged).tags = ['new']), ['POST /v1/instances: the tag new has no description']],
    ['security', (damaged) => delete create(damaged).security, ['POST /v1/instances: it declares no security']],
    ['a key', (damaged) => (create(damaged).security = []), ['POST /v1/instances: it needs no key']],
    ['a word about its scope', (damaged) => (create(damaged).description = 'Creates.'), ['POST /v1/instances: no sentence says which key it needs']],
    ['a problem', (damaged) => delete create(damaged).responses[413], ['POST /v1/instances: the problem 413 is missing']],
    ['404 for its id', (damaged) => delete patch(damaged).responses[404], ['PATCH /v1/instances/{id}: the problem 404 is missing']],
    [
      'the form of a problem',
      (damaged) => (create(damaged).responses[413] = { description: 'Too large', content: { 'application/json': { example: {} } } }),
      ['POST /v1/instances: 413 is no problem of RFC 9457', 'POST /v1/instances: 413 shows no example of itself'],
    ],
    ['the key of a change', (damaged) => without(create(damaged), 'Idempotency-Key'), ['POST /v1/instances: it does not take Idempotency-Key']],
    ['what is left of the limit', (damaged) => delete list(damaged).responses[200]!.headers!.RateLimit, ['GET /v1/instances: 200 does not give RateLimit']],
    ['an example of its body', (damaged) => delete create(damaged).requestBody!.content['application/json']!.example, ['POST /v1/instances: body has no example']],
    ['an example of its answer', (damaged) => delete list(damaged).responses[200]!.content!['application/json']!.example, ['GET /v1/instances: 200 has no example']],
    [
      'a true example',
      (damaged) => (create(damaged).requestBody!.content['application/json']!.example = { name: 7 }),
      ['POST /v1/instances: body has an example that is not valid: data/name must be string'],
    ],
    ['a limit', (damaged) => without(list(damaged), 'limit'), ['GET /v1/instances: it is a list without a limit']],
    ['a cursor', (damaged) => without(list(damaged), 'cursor'), ['GET /v1/instances: it is a list without a cursor']],
    ['an end of its list', (damaged) => delete damaged.components.schemas.InstancePageDto!.properties!.data!.maxItems, ['GET /v1/instances: the list 200/data has no end']],
    ['an end of a text', (damaged) => delete damaged.components.schemas.CreateTenantDto!.properties!.name!.maxLength, ['POST /v1/tenants: the text body/name may be of any length']],
  ])('%s', (_what, damage, faults) => {
    expect(faultsAfter(damage)).toEqual(faults);
  });

  it('when to come back, of every route at once', () => {
    const faults = faultsAfter((damaged) => delete damaged.components.responses!['rate-limited']!.headers);
    expect(faults).toContain('POST /v1/instances: 429 does not say when to come back');
    expect(faults.length).toBeGreaterThan(30);
  });

  it('the version of what is versioned', () => {
    const faults = faultsAfter((damaged) => {
      patch(damaged)['x-versioned'] = true;
      delete patch(damaged).responses[412];
      delete patch(damaged).responses[200]!.headers!.ETag;
      without(patch(damaged), 'If-Match');
    });
    expect(faults.map((fault) => fault.replace('PATCH /v1/instances/{id}: ', ''))).toEqual(['the problem 412 is missing', 'it does not take If-Match', '200 does not give ETag']);
  });

  it('everything', () => {
    const faults = faultsAfter((damaged) => (damaged.paths['/v1/bare'] = { get: BARE }));
    expect(faults.map((fault) => fault.replace('GET /v1/bare: ', ''))).toEqual([
      'its operationId is no verb phrase',
      'no summary says what it does',
      'it belongs to no tag',
      'it declares no security',
      ...[401, 403, 429, 500, 503].map((status) => `the problem ${status} is missing`),
      '200 does not give RateLimit',
      '200 does not give RateLimit-Policy',
      '200 has no example',
      'the list 200 has no end',
    ]);
  });
});
