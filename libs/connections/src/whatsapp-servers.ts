import { Injectable, Logger, Optional } from '@nestjs/common';
import { type Environment, SandboxDirectory, type WhatsAppServer } from '#libs/contracts';
import { ConnectionsSettings } from './connections.settings.js';
import type { SessionClaim } from './session-claims.js';

/** Where the sessions of this process connect: a live instance to WhatsApp, a test instance to the tenant's sandbox. */
@Injectable()
export class WhatsAppServers {
  /** Of which instances this process can reach the server. */
  readonly environments: Environment[];

  constructor(
    private readonly settings: ConnectionsSettings,
    @Optional() private readonly sandbox?: SandboxDirectory,
  ) {
    this.environments = sandbox ? ['live', 'test'] : ['live'];
    if (!sandbox) new Logger(WhatsAppServers.name).log('the sandbox is off: test instances are not connected by this process');
  }

  async of({ tenantId, environment }: SessionClaim): Promise<WhatsAppServer> {
    if (environment === 'live') return { url: this.settings.whatsappUrl };
    if (!this.sandbox) throw new Error('The sandbox is off');
    return this.sandbox.serverOf(tenantId);
  }

  /** Simulated phones see what test instances show. */
  show({ tenantId, environment, onlyNumber }: SessionClaim, qr: string): void {
    if (environment === 'test') this.sandbox?.show(tenantId, qr, onlyNumber);
  }
}
