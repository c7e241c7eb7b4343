import { Injectable, Logger } from '@nestjs/common';
import { Database } from '#libs/platform';
import type { SessionClaim } from '../session-claims.js';
import type { InstanceSettings } from './instance-settings.js';
import type { ProxyAgents } from './proxy-agents.js';
import { ProxyTargets } from './proxy-targets.js';
import { ProxyTunnel } from './proxy-tunnel.js';
import { proxyAddress } from './proxy-url.js';
import { SessionBehaviour } from './session-behaviour.js';
import { SettingsStore } from './settings-store.js';
import { ToldCallers } from './told-callers.js';

/** Makes the behaviour of a new session out of the settings of its instance. */
@Injectable()
export class SessionBehaviours {
  private readonly told = new ToldCallers();
  private readonly log = new Logger(SessionBehaviours.name);

  constructor(
    private readonly database: Database,
    private readonly store: SettingsStore,
    private readonly targets: ProxyTargets,
  ) {}

  /** @throws when the settings cannot be read: a session without its proxy would show who hosts it */
  async of(claim: SessionClaim, serverUrl: string): Promise<SessionBehaviour> {
    const { tenantId, instanceId } = claim;
    const present = await this.database.forTenant(tenantId, (tx) => this.store.read(tx, instanceId));
    return new SessionBehaviour(instanceId, present, this.told, await this.agentsOf(claim, present.settings, serverUrl));
  }

  private async agentsOf({ environment, instanceId }: SessionClaim, { proxy }: InstanceSettings, serverUrl: string): Promise<ProxyAgents | null> {
    if (proxy === null) return null;
    // not for those who have no proxy: what it brings along takes 7 MB
    const { agentsThrough } = await import('./proxy-agents.js');
    const complain = ({ message }: Error) => this.log.warn(`${instanceId}: ${message}`);
    return agentsThrough(new ProxyTunnel(proxyAddress(proxy), this.targets.guardOf(environment), complain), serverUrl);
  }
}
