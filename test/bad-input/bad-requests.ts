import fc from 'fast-check';
import type { ApiDocument, Operation } from '../document/api-document.js';
import { badBodies } from './bad-bodies.js';
import { badHeaders } from './bad-headers.js';
import { badPaths } from './bad-paths.js';
import { badQueries } from './bad-queries.js';
import { type BadRequest, mayChange } from './bad-request.js';
import { exampleBody } from '../document/example-of.js';
import { fillPath, type Place } from './places.js';

export interface Ground {
  document: ApiDocument;
  operations: Operation[];
  /** whose requests cannot change anything, because they are refused */
  quiet: Place;
  /** whose requests may be valid */
  busy: Place;
  operatorKey: string;
  /** operations that want the operator's key */
  operatorOnly: Set<string>;
}

export const validBody = (operation: Operation, document: ApiDocument): string | undefined =>
  operation.body ? JSON.stringify(exampleBody(operation.body, document)) : undefined;

/** Bad requests to any operation, each with one fault. */
export function badRequests(ground: Ground): fc.Arbitrary<BadRequest> {
  return fc.oneof(...ground.operations.flatMap((operation) => ofOperation(operation, ground)));
}

/** Every fault is as likely as every other, so that an operation with many fields gets more. */
function ofOperation(operation: Operation, ground: Ground): fc.Arbitrary<BadRequest>[] {
  const { document, quiet, operatorKey } = ground;
  const { operationId, method } = operation;
  const key = ground.operatorOnly.has(operationId) ? operatorKey : quiet.key;
  const path = fillPath(operation.path, quiet);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = method === 'GET' ? undefined : (validBody(operation, document) ?? '{}');
  const valid = { operationId, method, path, headers, ...(body !== undefined && { body }) };
  const taken = new Set(ground.operations.map((other) => `${other.method} ${other.path}`));
  const requests: fc.Arbitrary<BadRequest>[] = [
    ...(method === 'GET' ? [] : badBodies(operation, document).map((bodies) => bodies.map(({ kind, text, expect }) => ({ ...valid, kind, body: text, expect })))),
    ...badQueries(operation).map((queries) => queries.map(({ kind, query, expect }) => ({ ...valid, kind, path: `${path}?${query}`, expect }))),
    ...badPaths(operation, taken, (overrides) => fillPath(operation.path, quiet, overrides)).map((paths) => paths.map((bad) => ({ ...valid, ...bad }))),
    ...badHeaders(operation, key).map((sets) => sets.map(({ kind, headers: changed, expect }) => ({ ...valid, kind, headers: merge(headers, changed), expect }))),
  ];
  return requests.map((arbitrary) => arbitrary.map((request) => (mayChange(request) ? moveTo(request, ground) : request)));
}

function merge(headers: Record<string, string>, changed: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...headers, ...changed }).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The same request, of the tenant whose rows may change. */
function moveTo(request: BadRequest, { quiet, busy }: Ground): BadRequest {
  const moved = quiet.parameters.reduce((path, [, value], index) => path.replace(value, busy.parameters[index]![1]), request.path);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, value.replace(quiet.key, busy.key)]);
  return { ...request, path: moved, headers: Object.fromEntries(headers) as Record<string, string> };
}
