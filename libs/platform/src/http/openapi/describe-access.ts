import { type Access, ACCESS_EXTENSION } from '../access.js';
import type { Routed } from './api-document.js';

/**
 * Turns the declared access into the operation's security, the scopes as its list, and into a sentence.
 * An operation that declares none keeps none: the meta-test finds it, and the guard refuses it.
 */
export function describeAccess({ operation }: Routed): void {
  const access = operation[ACCESS_EXTENSION] as Access | undefined;
  delete operation[ACCESS_EXTENSION];
  if (!access) return;
  operation.security = access.kind === 'public' ? [] : [{ bearer: scopesOf(access) }];
  operation.description = [operation.description, sentenceOf(access)].filter(Boolean).join('\n\n');
}

function scopesOf(access: Access): string[] {
  if (access.kind === 'operator') return ['operator'];
  return access.kind === 'tenant' ? access.scopes : [];
}

function sentenceOf(access: Access): string {
  switch (access.kind) {
    case 'public':
      return 'Needs no key.';
    case 'operator':
      return 'Needs the operator key.';
    case 'any':
      return "Needs an operator's or a tenant's key.";
    case 'tenant':
      return `Needs a tenant's key with ${access.scopes.map((scope) => `\`${scope}\``).join(' and ')}.`;
  }
}
