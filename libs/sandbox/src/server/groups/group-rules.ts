import type { Account } from '../../protocol/addresses.js';
import { GroupNotFound, NotAllowedInGroup, NotInGroup } from '../../group.errors.js';
import { type Group, isAdmin, type MemberAction, memberOf } from './group.js';

/** What somebody wants to do in a group. */
export type GroupDeed = 'see' | 'write' | 'describe' | 'administer' | MemberAction;

/** Whether everybody may do it, or admins only. */
const OPEN_TO_ALL: Record<GroupDeed, (group: Group) => boolean> = {
  see: () => true,
  write: ({ announce }) => !announce,
  describe: ({ locked }) => !locked,
  add: ({ membersAdd }) => membersAdd,
  administer: () => false,
  remove: () => false,
  promote: () => false,
  demote: () => false,
};

/** @throws NotInGroup, NotAllowedInGroup */
export function assertMay(actor: Pick<Account, 'number'>, deed: GroupDeed, group: Group): void {
  const member = memberOf(group, actor);
  if (!member) throw new NotInGroup();
  if (!OPEN_TO_ALL[deed](group) && !isAdmin(member)) throw new NotAllowedInGroup();
}

/** A group that is there and in which the actor may do that. @throws GroupNotFound, NotInGroup, NotAllowedInGroup */
export function allowed(group: Group | null, actor: Pick<Account, 'number'>, deed: GroupDeed): Group {
  if (!group) throw new GroupNotFound();
  assertMay(actor, deed, group);
  return group;
}

/** What WhatsApp answers about each person: 200 done, 403 not with this one, 404 nobody, 409 so already. */
export type MemberOutcome = 200 | 403 | 404 | 409;

export function outcomeOf(action: MemberAction, group: Group, account: Account | undefined): MemberOutcome {
  const member = account && memberOf(group, account);
  if (action === 'add') return account ? (member ? 409 : 200) : 404;
  if (!member) return 404;
  if (action === 'promote') return isAdmin(member) ? 409 : 200;
  // who made the group stays its admin until leaving it
  if (member.role === 'superadmin') return 403;
  return action === 'demote' && member.role === 'member' ? 409 : 200;
}

/** Who takes over when this one leaves: nobody while there is another admin, else the one who is there longest. */
export function heirOf(group: Group, leaving: Pick<Account, 'number'>): Account | null {
  const staying = group.members.filter(({ number }) => number !== leaving.number);
  return staying.some(isAdmin) ? null : (staying[0] ?? null);
}
