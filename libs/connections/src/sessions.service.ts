import { Injectable } from '@nestjs/common';
import { type ConnectionState, type InstanceId, type SentMessage, Sessions, type TenantId, type TenantSql } from '#libs/contracts';
import { Database, Problem } from '#libs/platform';
import { NoAcknowledgement } from './acknowledgements.js';
import type { PairingDto } from './connection.dto.js';
import { AcknowledgementMissing, InstanceNotConnected, MessageRefused, NoPairing, OtherNumberRefused, SessionElsewhere } from './connections.errors.js';
import { type ConnectionView, ConnectionViews } from './connection-views.repository.js';
import { describeClose, KeysNotKept, OtherNumber } from './describe-close.js';
import { LiveSessions } from './live-sessions.js';
import { ConnectionsRepository } from './connections.repository.js';
import { NodeLease } from './node-lease.js';
import { recipientJid } from './recipient-jid.js';
import type { Session } from './session.js';
import { encodeMessage } from './whatsapp-engine.js';

/** Baileys' status for a socket that is not open. */
const LINE_CUT = 428;

/** Reaches the sessions of this process. */
@Injectable()
export class SessionsService extends Sessions {
  constructor(
    private readonly database: Database,
    private readonly views: ConnectionViews,
    private readonly live: LiveSessions,
    private readonly lease: NodeLease,
    private readonly connections: ConnectionsRepository,
  ) {
    super();
  }

  async sendText(tenantId: TenantId, instanceId: InstanceId, to: string, text: string): Promise<SentMessage> {
    const jid = recipientJid(to);
    const session = await this.reach(tenantId, instanceId);
    const { id, message, ack, chat } = await session.sendText(jid, text).catch((error: unknown) => this.explain(tenantId, instanceId, error));
    if (ack.error) throw new MessageRefused(ack.error);
    const seconds = Number(ack.t ?? message.messageTimestamp ?? 0);
    return { whatsappId: id, chat, timestamp: new Date(seconds * 1000), original: encodeMessage(message.message!) };
  }

  override logOutWhenStopped(tx: TenantSql, instanceId: InstanceId): Promise<boolean> {
    return this.connections.requestLogout(tx, instanceId);
  }

  /** The connected session of an instance. @throws InstanceNotConnected, SessionElsewhere, InstanceNotFound */
  async reach(tenantId: TenantId, instanceId: InstanceId): Promise<Session> {
    const session = this.live.of(instanceId);
    if (session?.connected && session.claim.tenantId === tenantId) return session;
    throw await this.whyNot(tenantId, instanceId);
  }

  /** What can be scanned now; null when there is nothing yet. @throws SessionElsewhere while another node pairs it */
  pairingOf(instanceId: InstanceId, { state, ownerNode }: Pick<ConnectionView, 'state' | 'ownerNode'>): PairingDto | null {
    if (state !== 'pairing') return null;
    if (ownerNode !== null && ownerNode !== this.lease.id) throw new SessionElsewhere(ownerNode);
    const session = this.live.of(instanceId);
    if (!session?.codes.qr) return null;
    const { qr, pairingCode } = session.codes;
    return { qr: qr.text, qrExpiresAt: qr.expiresAt.toISOString(), pairingCode };
  }

  /** @throws NoPairing when nothing can be scanned now; OtherNumberRefused */
  async requestPairingCode(instanceId: InstanceId, state: ConnectionState, phoneNumber: string): Promise<string> {
    const session = this.live.of(instanceId);
    if (!session?.codes.qr) throw new NoPairing(state);
    return session.requestPairingCode(phoneNumber).catch((error: unknown) => {
      if (error instanceof OtherNumber) throw new OtherNumberRefused();
      // the line was cut, and the session has yet to hear of it
      throw describeClose(error).code === null ? error : new NoPairing(state);
    });
  }

  private async whyNot(tenantId: TenantId, instanceId: InstanceId): Promise<Problem> {
    const { state, ownerNode } = await this.database.readForTenant(tenantId, (tx) => this.views.read(tx, instanceId));
    const elsewhere = ownerNode !== null && ownerNode !== this.lease.id && state === 'connected';
    // of a line that was just cut nobody has heard yet
    return elsewhere ? new SessionElsewhere(ownerNode) : new InstanceNotConnected(state === 'connected' ? 'connecting' : state);
  }

  private async explain(tenantId: TenantId, instanceId: InstanceId, error: unknown): Promise<never> {
    if (error instanceof NoAcknowledgement || error instanceof KeysNotKept) throw new AcknowledgementMissing();
    // the socket closed before the message left; the session may have yet to hear of it, or be back already
    if (!this.live.of(instanceId)?.connected || describeClose(error).code === LINE_CUT) throw await this.whyNot(tenantId, instanceId);
    throw error;
  }
}
