import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import { parseJid } from '../protocol/addresses.js';
import { answeredBy } from '../protocol/answers.js';
import { childOf, stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import { Directory } from '../store/directory.js';
import { StanzaQueue } from '../store/stanza-queue.repository.js';
import { Calls } from './calls.js';
import type { Connection, Session } from './connection.js';
import type { FaultKind } from './fault-kinds.js';
import { Mailroom } from './mailroom.js';
import { relayMessage, usersIn } from './relay-message.js';
import { relayReceipt } from './relay-receipt.js';
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
  ) {}

  /** Groups are not simulated yet: a message to one is refused. */
  async message(connection: Connection, { account, address }: Session, node: Stanza): Promise<void> {
    const { id, to } = node.attrs;
    const standing = (kind: FaultKind) => this.faults.find(connection.tenantId, kind, account.number);
    const error = parseJid(to) ? standing('message_refused')?.code : 404;
    if (error) return connection.send(stanza('ack', { class: 'message', id, from: to, error }));
    await this.database.forTenant(connection.tenantId, async (tx) => {
      const accounts = await this.directory.accounts(tx, usersIn(node));
      await this.mailroom.post(tx, relayMessage({ account, device: address.device }, node, accounts));
    });
    if (!standing('ack_withheld')) connection.send(stanza('ack', { class: 'message', id, from: to, t: unixTime() }));
  }

  async receipt(connection: Connection, { account, address }: Session, node: Stanza): Promise<void> {
    const { id, to, type } = node.attrs;
    await this.database.forTenant(connection.tenantId, async (tx) => {
      await this.queue.removeAnswered(tx, address, answeredBy(node));
      const authors = await this.directory.accounts(tx, [parseJid(to)?.user ?? '']);
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
}
