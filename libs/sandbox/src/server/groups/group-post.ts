import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import type { Stanza } from '../../protocol/stanza.js';
import { Directory, type Member } from '../../store/directory.js';
import { GroupsRepository } from '../../store/groups.repository.js';
import { Mailroom } from '../mailroom.js';
import { relayGroupMessage } from '../relay-group-message.js';
import type { Sender } from '../relay-message.js';
import { type Group, groupIdOf } from './group.js';
import { allowed } from './group-rules.js';

/** An admin takes back what somebody else wrote. */
const BY_ADMIN = '8';

/** Passes messages on to groups. */
@Injectable()
export class GroupPost {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly directory: Directory,
    private readonly mailroom: Mailroom,
  ) {}

  /** As the last step of a transaction. @throws GroupNotFound, NotInGroup, NotAllowedInGroup */
  async deliver(tx: TenantTx, sender: Sender, message: Stanza): Promise<void> {
    const found = await this.groups.find(tx, groupIdOf(message.attrs.to ?? ''));
    const group = allowed(found, sender.account, message.attrs.edit === BY_ADMIN ? 'administer' : 'write');
    await this.mailroom.post(tx, relayGroupMessage(sender, message, await this.devicesIn(tx, group)));
  }

  /** Every device of every member. */
  async devicesIn(tx: TenantTx, { members }: Group): Promise<Member[]> {
    const accounts = new Map(members.map((member) => [member.number, member]));
    const devices = await this.directory.devicesOf(tx, members);
    return devices.map((device) => ({ account: accounts.get(device.number)!, device }));
  }
}
