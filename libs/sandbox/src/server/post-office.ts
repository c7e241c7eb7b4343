import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, parseJid } from '../protocol/addresses.js';
import type { Stanza } from '../protocol/stanza.js';
import { PhoneNotFound } from '../sandbox.errors.js';
import { BlocksRepository } from '../store/blocks.repository.js';
import { Directory } from '../store/directory.js';
import type { Post } from '../store/stanza-queue.repository.js';
import { isGroupJid } from './groups/group.js';
import { GroupPost } from './groups/group-post.js';
import { Mailroom } from './mailroom.js';
import { relayMessage, type Sender, usersIn } from './relay-message.js';
import { authorIn, relayReceipt } from './relay-receipt.js';

/** Takes messages and receipts and sends them on their way, as the last step of a transaction. */
@Injectable()
export class PostOffice {
  constructor(
    private readonly directory: Directory,
    private readonly blocks: BlocksRepository,
    private readonly groups: GroupPost,
    private readonly mailroom: Mailroom,
  ) {}

  /** @throws PhoneNotFound, GroupNotFound, NotInGroup, NotAllowedInGroup */
  async message(tx: TenantTx, sender: Sender, message: Stanza): Promise<void> {
    if (isGroupJid(message.attrs.to)) return this.groups.deliver(tx, sender, message);
    if (!parseJid(message.attrs.to)) throw new PhoneNotFound();
    const accounts = await this.directory.accounts(tx, usersIn(message));
    await this.deliver(tx, sender.account, relayMessage(sender, message, accounts));
  }

  async receipt(tx: TenantTx, sender: Sender, receipt: Stanza): Promise<void> {
    const authors = await this.directory.byJid(tx, [authorIn(receipt)]);
    const devices = await this.directory.devicesOf(tx, authors.filter((author) => author !== undefined));
    await this.mailroom.post(tx, relayReceipt(sender, receipt, devices));
  }

  /** Who has blocked the writer gets nothing, which the writer is not told. In a group everybody reads everybody. */
  async deliver(tx: TenantTx, writer: Account, posts: Post[]): Promise<void> {
    // all of them are of one chat
    if (isGroupJid(posts[0]?.stanza.attrs.from)) return this.mailroom.post(tx, posts);
    const deaf = await this.blocks.blocking(tx, posts.map(({ to }) => to.number), writer.number);
    await this.mailroom.post(tx, posts.filter(({ to }) => !deaf.has(to.number)));
  }
}
