import { newId } from '#libs/contracts';
import type { Side } from './belongings.js';

/** A value of somebody else, with one of the same kind that nobody has. */
export interface ForeignValue {
  kind: 'instance' | 'key' | 'tenant' | 'phone' | 'version' | 'text';
  theirs: string;
  nobodys: string;
}

/** Everything that the caller must not be able to tell from what does not exist. */
export function foreignValues(caller: Side, strangers: Side[]): ForeignValue[] {
  const others = strangers.filter(({ tenantId }) => tenantId !== caller.tenantId);
  const unheld = (values: string[], own: string[]) => [...new Set(values)].filter((value) => !own.includes(value));
  // one that nobody has of each kind, so that its answers can be kept
  const [instance, key, tenant] = [newId('ins'), newId('key'), newId('ten')];
  const typed: ForeignValue[] = [
    ...strangers.flatMap(({ instances }) => instances).map((theirs) => ({ kind: 'instance' as const, theirs, nobodys: instance })),
    ...strangers.flatMap(({ keys }) => keys).map((theirs) => ({ kind: 'key' as const, theirs, nobodys: key })),
    ...unheld(others.map(({ tenantId }) => tenantId), []).map((theirs) => ({ kind: 'tenant' as const, theirs, nobodys: tenant })),
    ...others.flatMap(({ phones }) => phones).map((theirs) => ({ kind: 'phone' as const, theirs, nobodys: '5599000000000' })),
    ...unheld(others.flatMap(({ shared }) => shared.versions), caller.shared.versions).map((theirs) => ({ kind: 'version' as const, theirs, nobodys: '999' })),
  ];
  const texts = unheld(secretsOf(caller, strangers), typed.map(({ theirs }) => theirs));
  return [...typed, ...texts.map((theirs) => ({ kind: 'text' as const, theirs, nobodys: 'nobody-has-this' }))];
}

/**
 * What must be in no answer to the caller. The journal of a tenant tells both its environments of every key that was made or revoked, by its id:
 * that much of the other environment is no secret.
 */
export function secretsOf(caller: Side, strangers: Side[]): string[] {
  return strangers.flatMap(({ tenantId, instances, keys, phones, texts, shared }) => [
    ...[...instances, ...texts],
    ...(tenantId === caller.tenantId ? [] : [tenantId, ...keys, ...phones, ...shared.texts]),
  ]);
}
