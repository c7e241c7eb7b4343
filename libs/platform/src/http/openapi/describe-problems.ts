import { STATUS_CODES } from 'node:http';
import type { ProblemDoc } from '../problem.js';
import { type Answer, type ApiDocument, isGuarded, isMutation, isVersioned, operationsOf, type Routed } from './api-document.js';
import { namedByPath, planProblems, type RouteTraits } from './plan-problems.js';
import { problemAnswer, problemContent, problemFor } from './problem-answers.js';

/** Every change can meet it, beside what its controller names; a reading cannot. */
const IN_PROGRESS = 'idempotency-in-progress';
const PROBLEM = '#/components/schemas/ProblemDto';

/** Adds to every operation the problems that its kind can meet, and gives those of its controller their media type and an example. */
export function describeProblems(document: ApiDocument, docs: ProblemDoc[]): void {
  const shared: Record<string, Answer> = {};
  for (const routed of operationsOf(document)) {
    const { responses } = routed.operation;
    const missing = namedByPath(routed.path);
    const known = isMutation(routed) ? docs : docs.filter(({ code }) => code !== IN_PROGRESS);
    for (const [status, answer] of Object.entries(responses)) completeAnswer(answer, problemFor(known, Number(status), missing), status);
    for (const status of planProblems(traitsOf(routed))) {
      const doc = problemFor(docs, status, missing);
      if (responses[status] || !doc) continue;
      shared[doc.code] = problemAnswer(doc);
      responses[status] = { $ref: `#/components/responses/${doc.code}` };
    }
  }
  document.components.responses = Object.fromEntries(Object.entries(shared).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the controller says stays; what Swagger leaves out is added. */
function completeAnswer(answer: Answer, doc: ProblemDoc | undefined, status: string): void {
  const isProblem = answer.content?.['application/json']?.schema?.$ref === PROBLEM;
  if (isProblem && doc) answer.content = problemContent(doc);
  if (isProblem && answer.description && doc?.code === IN_PROGRESS) answer.description += ` Or: ${doc.cause}`;
  answer.description ||= (isProblem && doc?.cause) || (STATUS_CODES[status] ?? '');
}

function traitsOf(routed: Routed): RouteTraits {
  const { path, operation } = routed;
  return {
    path,
    guarded: isGuarded(routed),
    mutation: isMutation(routed),
    versioned: isVersioned(routed),
    revealsOnce: operation['x-reveals-once'] === true,
    hasBody: operation.requestBody !== undefined,
  };
}
