import type { ApiDocument, Routed } from '../../../libs/platform/src/http/openapi/api-document.js';
import { changes, isOpen, parametersOf, successesOf } from './reading.js';

/** What is left of the limit, the key of a change, and the version of what is versioned. */
export function headerFaults(routed: Routed, document: ApiDocument): string[] {
  if (isOpen(routed)) return [];
  const versioned = Boolean(routed.operation['x-versioned']);
  const taken = [...(changes(routed) ? ['Idempotency-Key'] : []), ...(changes(routed) && versioned ? ['If-Match'] : [])];
  const given = ['RateLimit', 'RateLimit-Policy', ...(changes(routed) ? ['Idempotency-Replayed'] : []), ...(versioned ? ['ETag'] : [])];
  const headers = parametersOf(routed, document).filter((parameter) => parameter.in === 'header');
  return [
    ...taken.filter((name) => !headers.some((header) => header.name === name)).map((name) => `it does not take ${name}`),
    ...successesOf(routed, document).flatMap(([status, answer]) =>
      given.filter((name) => !answer.headers?.[name]).map((name) => `${status} does not give ${name}`),
    ),
  ];
}
