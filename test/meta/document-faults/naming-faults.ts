import type { ApiDocument, Routed } from '../../../libs/platform/src/http/openapi/api-document.js';
import { isOpen, nameOf } from './reading.js';

/** The method of a client, a sentence, and a group that says what it is about. */
export function namingFaults(routed: Routed, document: ApiDocument): string[] {
  const { operationId = '', summary, tags = [] } = routed.operation as Routed['operation'] & { summary?: string };
  const described = (document.tags ?? []).filter(({ description }) => description).map(({ name }) => name);
  return [
    ...(/^[a-z]+[A-Z][A-Za-z]+$/.test(operationId) ? [] : ['its operationId is no verb phrase']),
    ...((summary ?? '').length >= 10 ? [] : ['no summary says what it does']),
    ...(tags.length > 0 ? [] : ['it belongs to no tag']),
    ...tags.filter((tag) => !described.includes(tag)).map((tag) => `the tag ${tag} has no description`),
  ];
}

/** Whoever may call it is said, in the security and in a sentence. */
export function accessFaults(routed: Routed): string[] {
  const { security, description } = routed.operation;
  if (!security) return ['it declares no security'];
  return [
    ...(security.length > 0 || isOpen(routed) ? [] : ['it needs no key']),
    ...(security.length > 0 && isOpen(routed) ? ['it needs a key'] : []),
    ...(/Needs .*key/.test(description ?? '') ? [] : ['no sentence says which key it needs']),
  ];
}

/** Of two operations with one name a client has one. */
export function doubleNames(operations: Routed[]): string[] {
  const ids = operations.map(({ operation }) => operation.operationId);
  return operations.filter(({ operation }, index) => ids.indexOf(operation.operationId) !== index).map((routed) => `${nameOf(routed)}: its operationId is taken`);
}
