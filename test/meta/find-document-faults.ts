import { type ApiDocument, operationsOf, type Routed } from '../../libs/platform/src/http/openapi/api-document.js';
import { exampleFaults, exampleJudge } from './document-faults/example-faults.js';
import { headerFaults } from './document-faults/header-faults.js';
import { limitFaults } from './document-faults/limit-faults.js';
import { accessFaults, doubleNames, namingFaults } from './document-faults/naming-faults.js';
import { problemFaults } from './document-faults/problem-faults.js';
import { nameOf } from './document-faults/reading.js';

/** Everything that an operation of the document lacks, a sentence each; empty when none lacks anything. */
export function findDocumentFaults(document: ApiDocument): string[] {
  const judge = exampleJudge(document);
  const faultsOf = (routed: Routed): string[] => [
    ...namingFaults(routed, document),
    ...accessFaults(routed),
    ...problemFaults(routed, document),
    ...headerFaults(routed, document),
    ...exampleFaults(routed, document, judge),
    ...limitFaults(routed, document),
  ];
  const operations = operationsOf(document);
  return [...operations.flatMap((routed) => faultsOf(routed).map((fault) => `${nameOf(routed)}: ${fault}`)), ...doubleNames(operations)];
}
