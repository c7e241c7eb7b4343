import { randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import type { Account } from '../../protocol/addresses.js';
import { stanza, type Stanza } from '../../protocol/stanza.js';
import { GroupNotFound, TooManyGroups } from '../../group.errors.js';
import { GroupMembersRepository } from '../../store/group-members.repository.js';
import { GroupsRepository } from '../../store/groups.repository.js';
import type { Group } from './group.js';
import { changeNews, deedOf, type GroupChange } from './group-change.js';
import { GroupNews } from './group-news.js';
import { allowed, type GroupDeed } from './group-rules.js';
import { groupStanza } from './group-stanzas.js';

const MOST_GROUPS = 1_000;

/** Groups as WhatsApp runs them. Every change is one transaction, told to everybody in the group as its last step. */
@Injectable()
export class Groups {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly members: GroupMembersRepository,
    private readonly news: GroupNews,
  ) {}

  /** @throws TooManyGroups */
  async create(tx: TenantTx, owner: Account, subject: string, invited: Account[]): Promise<Group> {
    if ((await this.groups.count(tx)) >= MOST_GROUPS) throw new TooManyGroups();
    const id = `120363${String(randomInt(10 ** 12)).padStart(12, '0')}`;
    await this.groups.insert(tx, { id, inviteCode: newInviteCode() }, owner.number, subject);
    await this.members.put(tx, id, [owner.number], 'superadmin');
    await this.members.put(tx, id, invited.map(({ number }) => number).filter((number) => number !== owner.number), 'member');
    const group = (await this.groups.find(tx, id))!;
    await this.news.tell(tx, group, owner, group.members, [stanza('create', {}, [groupStanza(tx.tenantId, group)])]);
    return group;
  }

  /** As a member sees it. @throws GroupNotFound, NotInGroup */
  async read(tx: TenantTx, actor: Account, id: string): Promise<Group> {
    return allowed(await this.groups.find(tx, id), actor, 'see');
  }

  /** The group that an invite code is for: anybody who has it may look. @throws GroupNotFound */
  async invitedBy(tx: TenantTx, code: string): Promise<Group> {
    const group = await this.groups.byInvite(tx, code);
    if (!group) throw new GroupNotFound();
    return group;
  }

  of(tx: TenantTx, { number }: Account): Promise<Group[]> {
    return this.groups.of(tx, number);
  }

  /** All of it or nothing. @throws GroupNotFound, NotInGroup, NotAllowedInGroup */
  async change(tx: TenantTx, actor: Account, id: string, change: GroupChange): Promise<Group> {
    const group = await this.take(tx, actor, id, deedOf(change));
    const { subject, description, settings } = change;
    if (subject !== undefined) await this.groups.rename(tx, group, subject, actor.number);
    if (description) await this.groups.describe(tx, group, description.text === '' ? null : { ...description, by: actor.number });
    if (settings) await this.groups.configure(tx, group, { ...group, ...settings });
    return this.tellAll(tx, actor, id, changeNews(change));
  }

  /** The old code is worthless from now on. @throws GroupNotFound, NotInGroup, NotAllowedInGroup */
  async renewInvite(tx: TenantTx, actor: Account, id: string): Promise<string> {
    const group = await this.take(tx, actor, id, 'administer');
    const code = newInviteCode();
    await this.groups.renewInvite(tx, group, code);
    await this.tellAll(tx, actor, id, [stanza('invite', { code })]);
    return code;
  }

  private async take(tx: TenantTx, actor: Account, id: string, deed: GroupDeed): Promise<Group> {
    return allowed(await this.groups.lock(tx, id), actor, deed);
  }

  private async tellAll(tx: TenantTx, actor: Account, id: string, news: Stanza[]): Promise<Group> {
    const group = (await this.groups.find(tx, id))!;
    await this.news.tell(tx, group, actor, group.members, news);
    return group;
  }
}

function newInviteCode(): string {
  return randomBytes(16).toString('base64url');
}
