import { Injectable } from '@nestjs/common';
import { Database, Problem } from '#libs/platform';
import { answeredBy } from '../protocol/answers.js';
import { childOf, stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import { StanzaQueue } from '../store/stanza-queue.repository.js';
import { Calls } from './calls.js';
import type { Connection, Session } from './connection.js';
import type { FaultKind } from './fault-kinds.js';
import { PostOffice } from './post-office.js';
import { StandingFaults } from './standing-faults.js';

/** Takes messages, receipts and rejected calls from a device and passes them on. What it acknowledges of the first two is stored. */
@Injectable()
export class Relays {
  constructor(
    private readonly database: Database,
    private readonly queue: StanzaQueue,
    private readonly office: PostOffice,
    private readonly faults: StandingFaults,
    private readonly calls: Calls,
  ) {}

  /** What cannot be passed on is refused with the status that says why. */
  async message(connection: Connection, { account, address }: Session, node: Stanza): Promise<void> {
    const { id, to } = node.attrs;
    const { tenantId } = connection;
    const standing = (kind: FaultKind) => this.faults.find(tenantId, kind, account.number);
    const refuse = (error: number) => connection.send(stanza('ack', { class: 'message', id, from: to, error }));
    const refused = standing('message_refused')?.code;
    if (refused) return refuse(refused);
    try {
      await this.database.forTenant(tenantId, (tx) => this.office.message(tx, { account, device: address.device }, node));
      if (!standing('ack_withheld')) connection.send(stanza('ack', { class: 'message', id, from: to, t: unixTime() }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refuse(error.doc.status);
    }
  }

  async receipt(connection: Connection, { account, address }: Session, node: Stanza): Promise<void> {
    const { id, to, participant, type } = node.attrs;
    await this.database.forTenant(connection.tenantId, async (tx) => {
      await this.queue.removeAnswered(tx, address, answeredBy(node));
      await this.office.receipt(tx, { account, device: address.device }, node);
    });
    connection.send(stanza('ack', { class: 'receipt', id, from: to, participant, type }));
  }

  call(connection: Connection, node: Stanza): void {
    const { id, to } = node.attrs;
    const rejected = childOf(node, 'reject')?.attrs['call-id'];
    if (rejected) this.calls.reject(connection.tenantId, rejected);
    connection.send(stanza('ack', { class: 'call', id, from: to, type: rejected ? 'reject' : undefined }));
  }

  async acknowledgement(connection: Connection, { address }: Session, node: Stanza): Promise<void> {
    await this.database.repeatableForTenant(connection.tenantId, (tx) => this.queue.removeAnswered(tx, address, answeredBy(node)));
  }
}
