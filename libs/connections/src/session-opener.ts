import { Injectable } from '@nestjs/common';
import type { Environment } from '#libs/contracts';
import { ConnectionsSettings } from './connections.settings.js';
import { RetryCounters } from './retry-counters.js';
import { Session, type SessionGround } from './session.js';
import type { SessionClaim } from './session-claims.js';
import { SessionKeeping } from './session-keeping.js';
import { SessionBehaviours } from './settings/session-behaviours.js';
import { WhatsAppVersions } from './version/whatsapp-versions.js';
import { WhatsAppServers } from './whatsapp-servers.js';

/** Opens the socket of a claim, with everything that its session needs. */
@Injectable()
export class SessionOpener {
  readonly connectsPerSecond: number;
  private readonly retryCounters = new RetryCounters();

  constructor(
    settings: ConnectionsSettings,
    private readonly servers: WhatsAppServers,
    private readonly keeping: SessionKeeping,
    private readonly behaviours: SessionBehaviours,
    private readonly versions: WhatsAppVersions,
  ) {
    this.connectsPerSecond = settings.connectsPerSecond;
  }

  get environments(): Environment[] {
    return this.servers.environments;
  }

  async open(claim: SessionClaim, onOver: SessionGround['onOver']): Promise<Session> {
    const server = await this.servers.of(claim);
    const behaviour = await this.behaviours.of(claim, server.url);
    const { records, store, archive, metrics } = this.keeping;
    return new Session(claim, server, {
      ...{ records, store, archive, metrics, behaviour },
      ...{ version: this.versions.current, retryCounter: this.retryCounters.of(claim.instanceId) },
      onQr: (text) => this.servers.show(claim, text),
      onOver: (session) => {
        behaviour.end();
        onOver(session);
      },
    });
  }
}
