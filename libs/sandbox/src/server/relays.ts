import { Injectable } from '@nestjs/common';
import { Database, Problem, type TenantTx } from '#libs/platform';
import { parseJid } from '../protocol/addresses.js';
import { answeredBy } from '../protocol/answers.js';
import { childOf, stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import { PhoneNotFound } from '../sandbox.errors.js';
import { Directory } from '../store/directory.js';
import { StanzaQueue } from '../store/stanza-queue.repository.js';
import { Calls } from './calls.js';
import type { Connection, Session } from './connection.js';
import type { FaultKind } from './fault-kinds.js';
import { isGroupJid } from './groups/group.js';
import { GroupPost } from './groups/group-post.js';
import { Mailroom } from './mailroom.js';
import { relayMessage, usersIn } from './relay-message.js';
import { authorIn, relayReceipt } from './relay-receipt.js';
import { StandingFaults } from './standing-faults.js';

/** Takes messages, receipts and rejected calls from a device and passes them on. What it acknowledges of the first two is stored. */
@Injectable()
export class Relays {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly queue: StanzaQueue,
    private readonly mailroom: Mailroom,
    private readonly faults: StandingFaults,
    private readonly calls: Calls,
    private readonly groups: GroupPost,
  ) {}

  /** What cannot be passed on is refused with the status that says why. */
  async message(connection: Connection, session: Session, node: Stanza): Promise<void> {
    const { id, to } = node.attrs;
    const { tenantId } = connection;
    const standing = (kind: FaultKind) => this.faults.find(tenantId, kind, session.account.number);
    const refuse = (error: number) => connection.send(stanza('ack', { class: 'message', id, from: to, error }));
    const refused = standing('message_refused')?.code;
    if (refused) return refuse(refused);
    try {
      await this.database.forTenant(tenantId, (tx) => this.passOn(tx, session, node));
      if (!standing('ack_withheld')) connection.send(stanza('ack', { class: 'message', id, from: to, t: unixTime() }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refuse(error.doc.status);
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

  call(connection: Connection, node: Stanza): void {
    const { id, to } = node.attrs;
    const rejected = childOf(node, 'reject')?.attrs['call-id'];
    if (rejected) this.calls.reject(connection.tenantId, rejected);
    connection.send(stanza('ack', { class: 'call', id, from: to, type: rejected ? 'reject' : undefined }));
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
