import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import type { Account } from '../../protocol/addresses.js';
import { stanza } from '../../protocol/stanza.js';
import { AlreadyInGroup, GroupFull, GroupNotFound } from '../../group.errors.js';
import { GroupMembersRepository } from '../../store/group-members.repository.js';
import { GroupsRepository } from '../../store/groups.repository.js';
import { type Group, type MemberAction, memberOf } from './group.js';
import { GroupNews } from './group-news.js';
import { allowed, heirOf, type MemberOutcome, outcomeOf } from './group-rules.js';
import { personStanza } from './group-stanzas.js';

export const MOST_MEMBERS = 256;

const ROLE_AFTER = { add: 'member', promote: 'admin', demote: 'member' } as const;

/** Who comes and goes. Every change is one transaction, told to everybody it concerns as its last step. */
@Injectable()
export class Memberships {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly members: GroupMembersRepository,
    private readonly news: GroupNews,
  ) {}

  /** One outcome for each of the asked, undefined being nobody known. @throws GroupNotFound, NotInGroup, NotAllowedInGroup, GroupFull */
  async change(tx: TenantTx, actor: Account, id: string, action: MemberAction, asked: (Account | undefined)[]): Promise<MemberOutcome[]> {
    const group = allowed(await this.groups.lock(tx, id), actor, action);
    const outcomes = asked.map((account) => outcomeOf(action, group, account));
    const changed = asked.filter((account, place) => outcomes[place] === 200).filter((account) => account !== undefined);
    if (action === 'add') assertRoom(group, changed);
    if (changed.length > 0) await this.carryOut(tx, actor, group, action, changed);
    return outcomes;
  }

  /** A group that everybody has left is gone. @throws GroupNotFound, NotInGroup */
  async leave(tx: TenantTx, actor: Account, id: string): Promise<void> {
    const group = allowed(await this.groups.lock(tx, id), actor, 'see');
    await this.members.remove(tx, id, [actor.number]);
    if (group.members.length === 1) await this.groups.remove(tx, group);
    const heir = heirOf(group, actor);
    if (heir) await this.members.put(tx, id, [heir.number], 'superadmin');
    const news = [stanza('remove', {}, [personStanza('participant', actor)]), ...(heir ? [stanza('promote', {}, [personStanza('participant', heir)])] : [])];
    await this.news.tell(tx, group, actor, group.members, news);
  }

  /** By an invite code: in at once, or asking to be let in where the group wants that. @throws GroupNotFound, AlreadyInGroup, GroupFull */
  async join(tx: TenantTx, actor: Account, code: string): Promise<Group> {
    const invited = await this.groups.byInvite(tx, code);
    const group = invited && (await this.groups.lock(tx, invited.id));
    if (group?.inviteCode !== code) throw new GroupNotFound();
    if (memberOf(group, actor) || group.asking.some(({ number }) => number === actor.number)) throw new AlreadyInGroup();
    assertRoom(group, [actor]);
    await this.members.put(tx, group.id, [actor.number], group.approval ? 'asking' : 'member');
    await this.announce(tx, actor, group);
    return (await this.groups.find(tx, group.id))!;
  }

  /** Lets in, or turns away, who has asked. @throws GroupNotFound, NotInGroup, NotAllowedInGroup, GroupFull */
  async decide(tx: TenantTx, actor: Account, id: string, decision: 'approve' | 'reject', asked: (Account | undefined)[]): Promise<MemberOutcome[]> {
    const group = allowed(await this.groups.lock(tx, id), actor, 'administer');
    const waiting = asked.map((account) => group.asking.find(({ number }) => number === account?.number));
    const found = waiting.filter((account) => account !== undefined);
    if (decision === 'approve') assertRoom(group, found);
    if (decision === 'reject') await this.members.remove(tx, id, found.map(({ number }) => number));
    else if (found.length > 0) await this.carryOut(tx, actor, group, 'add', found);
    return waiting.map((account) => (account ? 200 : 404));
  }

  private async carryOut(tx: TenantTx, actor: Account, group: Group, action: MemberAction, people: Account[]): Promise<void> {
    const numbers = people.map(({ number }) => number);
    if (action === 'remove') await this.members.remove(tx, group.id, numbers);
    else await this.members.put(tx, group.id, numbers, ROLE_AFTER[action]);
    const strangers = people.filter((person) => !memberOf(group, person));
    const news = stanza(action, {}, people.map((person) => personStanza('participant', person)));
    await this.news.tell(tx, group, actor, [...group.members, ...strangers], [news]);
  }

  private async announce(tx: TenantTx, actor: Account, group: Group): Promise<void> {
    const asked = stanza('created_membership_requests', { request_method: 'invite_link' }, [personStanza('participant', actor)]);
    const joined = stanza('add', { reason: 'invite' }, [personStanza('participant', actor)]);
    await this.news.tell(tx, group, actor, group.approval ? group.members : [...group.members, actor], [group.approval ? asked : joined]);
  }
}

function assertRoom({ members }: Group, coming: Account[]): void {
  if (members.length + coming.length > MOST_MEMBERS) throw new GroupFull();
}
