import { Injectable, Logger, Optional } from '@nestjs/common';
import { type Environment, MessageArchive, SandboxDirectory, type WhatsAppServer } from '#libs/contracts';
import { ConnectionsSettings } from './connections.settings.js';
import { CredentialsStore } from './credentials-store.js';
import { RetryCounters } from './retry-counters.js';
import { Session, type SessionGround } from './session.js';
import { SessionMetrics } from './session.metrics.js';
import type { SessionClaim } from './session-claims.js';
import { SessionRecords } from './session-records.js';
import { SessionBehaviours } from './settings/session-behaviours.js';
import { WhatsAppVersions } from './version/whatsapp-versions.js';

/** Opens the socket of a claim: to WhatsApp for a live instance, to the tenant's sandbox for a test instance. */
@Injectable()
export class SessionOpener {
  /** Of which instances this process can reach the server. */
  readonly environments: Environment[];
  readonly connectsPerSecond: number;
  private readonly retryCounters = new RetryCounters();

  constructor(
    private readonly settings: ConnectionsSettings,
    private readonly records: SessionRecords,
    private readonly store: CredentialsStore,
    private readonly archive: MessageArchive,
    private readonly metrics: SessionMetrics,
    private readonly behaviours: SessionBehaviours,
    private readonly versions: WhatsAppVersions,
    @Optional() private readonly sandbox?: SandboxDirectory,
  ) {
    this.connectsPerSecond = settings.connectsPerSecond;
    this.environments = sandbox ? ['live', 'test'] : ['live'];
    if (!sandbox) new Logger(SessionOpener.name).log('the sandbox is off: test instances are not connected by this process');
  }

  async open(claim: SessionClaim, onOver: SessionGround['onOver']): Promise<Session> {
    const server = await this.serverOf(claim);
    const behaviour = await this.behaviours.of(claim, server.url);
    return new Session(claim, server, {
      ...{ records: this.records, store: this.store, archive: this.archive, metrics: this.metrics, behaviour },
      onQr: (text) => this.show(claim, text),
      ...{ version: this.versions.current, retryCounter: this.retryCounters.of(claim.instanceId) },
      onOver: (session, retryInMs) => {
        behaviour.end();
        onOver(session, retryInMs);
      },
    });
  }

  /** Simulated phones see what test instances show. */
  private show({ tenantId, environment, onlyNumber }: SessionClaim, qr: string): void {
    if (environment === 'test') this.sandbox?.show(tenantId, qr, onlyNumber);
  }

  private async serverOf({ tenantId, environment }: SessionClaim): Promise<WhatsAppServer> {
    if (environment === 'live') return { url: this.settings.whatsappUrl };
    if (!this.sandbox) throw new Error('The sandbox is off');
    return this.sandbox.serverOf(tenantId);
  }
}
