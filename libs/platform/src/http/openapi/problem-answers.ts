import type { ProblemDoc } from '../problem.js';
import type { Answer, Media } from './api-document.js';

/** The problem that stands for a status; of others the first by code. */
const USUAL: Record<number, string> = {
  400: 'malformed-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'route-not-found',
  409: 'idempotency-in-progress',
  412: 'version-changed',
  422: 'invalid-request',
  429: 'rate-limited',
  500: 'internal',
  503: 'unavailable',
};

const HEADERS: Record<number, string[]> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
};

export const headerRefs = (...names: string[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** The documented problem of a status: of the thing that is not there, where its kind has one. */
export function problemFor(docs: ProblemDoc[], status: number, missing?: string): ProblemDoc | undefined {
  const ofStatus = docs.filter((doc) => doc.status === status);
  const ofThing = missing ? ofStatus.find(({ code }) => code.endsWith(`${missing}-not-found`)) : undefined;
  return ofThing ?? ofStatus.find(({ code }) => code === USUAL[status]) ?? ofStatus[0];
}

/** The answer that a problem is, under `components/responses`. */
export function problemAnswer(doc: ProblemDoc): Answer {
  const headers = HEADERS[doc.status];
  return { description: doc.cause, ...(headers && { headers: headerRefs(...headers) }), content: problemContent(doc) };
}

export function problemContent(doc: ProblemDoc): Record<string, Media> {
  return { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' }, example: exampleOf(doc) } };
}

function exampleOf({ code, status, title, cause }: ProblemDoc): object {
  const errors = status === 422 && [{ pointer: '/name', detail: 'name must be shorter than or equal to 100 characters' }];
  return { type: `/errors.md#${code}`, title, status, detail: cause, code, instance: '/v1/instances', ...(errors && { errors }) };
}
