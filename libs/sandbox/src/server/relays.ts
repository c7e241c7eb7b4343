import { Injectable } from '@nestjs/common';
import { Database, Problem, type TenantTx } from '#libs/platform';
import { parseJid } from '../protocol/addresses.js';
import { answeredBy } from '../protocol/answers.js';
import { stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import { PhoneNotFound } from '../sandbox.errors.js';
import { Directory } from '../store/directory.js';
import { StanzaQueue } from '../store/stanza-queue.repository.js';
import type { Connection, Session } from './connection.js';
import { isGroupJid } from './groups/group.js';
import { GroupPost } from './groups/group-post.js';
import { Mailroom } from './mailroom.js';
import { relayMessage, usersIn } from './relay-message.js';
import { authorIn, relayReceipt } from './relay-receipt.js';

/** Takes messages and receipts from a device and passes them on. What it acknowledges is stored. */
@Injectable()
export class Relays {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly queue: StanzaQueue,
    private readonly mailroom: Mailroom,
    private readonly groups: GroupPost,
  ) {}

  /** What cannot be passed on is refused with the status that says why. */
  async message(connection: Connection, session: Session, node: Stanza): Promise<void> {
    const { id, to } = node.attrs;
    try {
      await this.database.forTenant(connection.tenantId, (tx) => this.passOn(tx, session, node));
      connection.send(stanza('ack', { class: 'message', id, from: to, t: unixTime() }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      connection.send(stanza('ack', { class: 'message', id, from: to, error: error.doc.status }));
    }
  }

  async receipt(connection: Connection, { account, address }: Session, node: Stanza): Promise<void> {
    const { id, to, type } = node.attrs;
    await this.database.forTenant(connection.tenantId, async (tx) => {
      await this.queue.removeAnswered(tx, address, answeredBy(node));
      const authors = await this.directory.accounts(tx, [parseJid(authorIn(node))?.user ?? '']);
      const devices = await this.directory.devicesOf(tx, authors);
      await this.mailroom.post(tx, relayReceipt({ account, device: address.device }, node, devices));
    });
    connection.send(stanza('ack', { class: 'receipt', id, from: to, type }));
  }

  async acknowledgement(connection: Connection, { address }: Session, node: Stanza): Promise<void> {
    await this.database.forTenant(connection.tenantId, (tx) => this.queue.removeAnswered(tx, address, answeredBy(node)));
  }

  private async passOn(tx: TenantTx, { account, address }: Session, node: Stanza): Promise<void> {
    const sender = { account, device: address.device };
    if (isGroupJid(node.attrs.to)) return this.groups.deliver(tx, sender, node);
    if (!parseJid(node.attrs.to)) throw new PhoneNotFound();
    const accounts = await this.directory.accounts(tx, usersIn(node));
    await this.mailroom.post(tx, relayMessage(sender, node, accounts));
  }
}
