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
  operation.security = isOpen(access) ? [] : [{ bearer: scopesOf(access) }];
  operation.description = [operation.description, sentenceOf(access)].filter(Boolean).join('\n\n');
}

const isOpen = (access: Access): boolean => access.kind === 'public' || (access.kind === 'local-or-operator' && access.others === 'told-less');

function scopesOf(access: Access): string[] {
  if (access.kind === 'operator' || access.kind === 'local-or-operator') return ['operator'];
  if (access.kind === 'any' && access.scope !== null) return [access.scope];
  return access.kind === 'tenant' ? access.scopes : [];
}

function sentenceOf(access: Access): string {
  switch (access.kind) {
    case 'public':
      return 'Needs no key.';
    case 'operator':
      return 'Needs the operator key.';
    case 'any':
      return access.scope === null ? "Needs an operator's or a tenant's key." : `Needs an operator's key, or a tenant's with \`${access.scope}\`.`;
    case 'local-or-operator':
      return access.others === 'refused' ? 'Needs the operator key, or a request from the machine itself.' : 'Needs no key.';
    case 'tenant':
      return `Needs a tenant's key with ${access.scopes.map((scope) => `\`${scope}\``).join(' and ')}.`;
  }
}
