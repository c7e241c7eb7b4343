import type { ApiDocument, Routed } from '../../../libs/platform/src/http/openapi/api-document.js';
import { answerOf, changes, isOpen, parametersOf } from './reading.js';

const PROBLEM = '#/components/schemas/ProblemDto';

/** Which problems a route must know follows from what it takes; each is one of RFC 9457 with an example of its own status. */
export function problemFaults(routed: Routed, document: ApiDocument): string[] {
  const lacking = needed(routed, document).filter((status) => !routed.operation.responses[status]);
  const errors = Object.keys(routed.operation.responses).filter((status) => Number(status) >= 400 && !isOpen(routed));
  return [...lacking.map((status) => `the problem ${status} is missing`), ...errors.flatMap((status) => formFaults(routed, status, document))];
}

function needed(routed: Routed, document: ApiDocument): number[] {
  const { path, operation } = routed;
  if (isOpen(routed)) return [];
  const asks = parametersOf(routed, document).some((parameter) => parameter.in === 'query');
  const statuses = [
    ...[401, 403, 429, 500, 503],
    ...(operation.requestBody ? [400, 413, 415, 422] : []),
    ...(asks ? [400, 422] : []),
    ...(path.includes('{') ? [404, 422] : []),
    ...(changes(routed) ? [409, 422] : []),
    ...(changes(routed) && operation['x-versioned'] ? [412] : []),
  ];
  return [...new Set(statuses)].sort();
}

function formFaults(routed: Routed, status: string, document: ApiDocument): string[] {
  const answer = answerOf(routed, status, document);
  const media = answer?.content?.['application/problem+json'];
  const { status: shown } = (media?.example ?? {}) as { status?: number };
  return [
    ...(media?.schema?.$ref === PROBLEM ? [] : [`${status} is no problem of RFC 9457`]),
    ...(shown === Number(status) ? [] : [`${status} shows no example of itself`]),
    ...(status === '429' && !answer?.headers?.['Retry-After'] ? ['429 does not say when to come back'] : []),
  ];
}
