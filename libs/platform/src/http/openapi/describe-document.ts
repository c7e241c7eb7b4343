import type { ProblemDoc } from '../problem.js';
import { type ApiDocument, operationsOf } from './api-document.js';
import { describeAccess } from './describe-access.js';
import { describeExamples } from './describe-examples.js';
import { describeHeaders } from './describe-headers.js';
import { describeParameters } from './describe-parameters.js';
import { describeProblems } from './describe-problems.js';
import { describeSchema } from './describe-schemas.js';
import { describeTags } from './introduction.js';

/**
 * Completes what Swagger reads of the routes with all that follows from it: security, problems, headers, examples, limits.
 * A route gets it by being declared. The order matters: problems and headers follow from the security.
 */
export function describeDocument(document: ApiDocument, problems: ProblemDoc[]): void {
  const operations = operationsOf(document);
  operations.forEach(describeAccess);
  operations.forEach(describeParameters);
  Object.entries(document.components.schemas).forEach(([name, schema]) => describeSchema(name, schema));
  describeProblems(document, problems);
  describeHeaders(document);
  describeExamples(document);
  document.tags = describeTags(operations.flatMap(({ operation }) => operation.tags ?? []));
}
