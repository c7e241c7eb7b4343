import type { FleetMember } from './fleet.repository.js';

/** In groups of one tenant, none larger than `most`: each is one transaction. */
export function byTenant<M extends FleetMember>(members: readonly M[], most: number): M[][] {
  const groups: M[][] = [];
  const open = new Map<string, M[]>();
  for (const member of members) {
    let group = open.get(member.tenantId);
    if (!group || group.length >= most) {
      groups.push((group = []));
      open.set(member.tenantId, group);
    }
    group.push(member);
  }
  return groups;
}
