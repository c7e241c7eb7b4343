import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, lidFor, lidJid, numberJid, parseJid } from '../protocol/addresses.js';
import { RecipientUnknown } from '../sandbox.errors.js';
import { groupIdOf, isAdmin, isGroupJid, memberOf } from '../server/groups/group.js';
import { GroupPost } from '../server/groups/group-post.js';
import { allowed } from '../server/groups/group-rules.js';
import { Directory, type Member } from '../store/directory.js';
import { GroupsRepository } from '../store/groups.repository.js';

/** Where a phone writes. */
export interface Chat {
  jid: string;
  /** every device of everybody in it, but not the writing phone itself */
  recipients: Member[];
  /** the JID under which somebody, given by number, appears in it */
  seenAs: (jid: string) => string;
  /** the writer may take back what others wrote */
  moderated: boolean;
}

/** The chats of phones: with one person or in a group. */
@Injectable()
export class Chats {
  constructor(
    private readonly directory: Directory,
    private readonly groups: GroupsRepository,
    private readonly groupPost: GroupPost,
  ) {}

  /** `to`: a number, or the JID of a person or a group. @throws RecipientUnknown, GroupNotFound, NotInGroup, NotAllowedInGroup */
  async open(tx: TenantTx, writer: Account, to: string): Promise<Chat> {
    const { recipients, ...chat } = isGroupJid(to) ? await this.ofGroup(tx, writer, to) : await this.withPerson(tx, writer, parseJid(to)?.user ?? to);
    return { ...chat, recipients: recipients.filter(({ device }) => device.number !== writer.number || device.device !== 0) };
  }

  private async withPerson(tx: TenantTx, writer: Account, number: string): Promise<Chat> {
    const addressee = await this.directory.account(tx, number);
    if (!addressee) throw new RecipientUnknown();
    const accounts = new Map([writer, addressee].map((account) => [account.number, account]));
    const devices = await this.directory.devicesOf(tx, [...accounts.values()]);
    const recipients = devices.map((device) => ({ account: accounts.get(device.number)!, device }));
    return { jid: numberJid(addressee), recipients, seenAs: (jid) => jid, moderated: false };
  }

  private async ofGroup(tx: TenantTx, writer: Account, jid: string): Promise<Chat> {
    const group = allowed(await this.groups.find(tx, groupIdOf(jid)), writer, 'write');
    const seenAs = (person: string) => lidJid({ lid: lidFor(tx.tenantId, parseJid(person)?.user ?? '') });
    return { jid, recipients: await this.groupPost.devicesIn(tx, group), seenAs, moderated: isAdmin(memberOf(group, writer)) };
  }
}
