import { Injectable, Logger, Optional } from '@nestjs/common';
import { type Environment, MessageArchive, SandboxDirectory, type WhatsAppServer } from '#libs/contracts';
import { ConnectionsSettings } from './connections.settings.js';
import { CredentialsStore } from './credentials-store.js';
import { RetryCounters } from './retry-counters.js';
import { Session, type SessionGround } from './session.js';
import { SessionMetrics } from './session.metrics.js';
import type { SessionClaim } from './session-claims.js';
import { SessionRecords } from './session-records.js';

/** Opens the socket of a claim: to WhatsApp for a live instance, to the tenant's sandbox for a test instance. */
@Injectable()
export class SessionOpener {
  /** Of which instances this process can reach the server. */
  readonly environments: Environment[];
  readonly capacity: number;
  private readonly retryCounters = new RetryCounters();

  constructor(
    private readonly settings: ConnectionsSettings,
    private readonly records: SessionRecords,
    private readonly store: CredentialsStore,
    private readonly archive: MessageArchive,
    private readonly metrics: SessionMetrics,
    @Optional() private readonly sandbox?: SandboxDirectory,
  ) {
    this.capacity = settings.capacity;
    this.environments = sandbox ? ['live', 'test'] : ['live'];
    if (!sandbox) new Logger(SessionOpener.name).log('the sandbox is off: test instances are not connected by this process');
  }

  async open(claim: SessionClaim, onOver: SessionGround['onOver']): Promise<Session> {
    const server = await this.serverOf(claim);
    return new Session(claim, server, {
      ...{ records: this.records, store: this.store, archive: this.archive, metrics: this.metrics, onOver },
      ...{ version: versionOf(this.settings), retryCounter: this.retryCounters.of(claim.instanceId) },
    });
  }

  private async serverOf({ tenantId, environment }: SessionClaim): Promise<WhatsAppServer> {
    if (environment === 'live') return { url: this.settings.whatsappUrl };
    if (!this.sandbox) throw new Error('The sandbox is off');
    return this.sandbox.serverOf(tenantId);
  }
}

const versionOf = ({ whatsappVersion }: ConnectionsSettings): [number, number, number] => {
  const [primary = 0, secondary = 0, tertiary = 0] = whatsappVersion.split('.').map(Number);
  return [primary, secondary, tertiary];
};
