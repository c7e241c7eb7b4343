import { Injectable, Logger } from '@nestjs/common';
import type { NodeId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { LiveSessions } from '../live-sessions.js';
import type { Session } from '../session.js';
import { ConnectionSettingsRepository } from './connection-settings.repository.js';
import { SettingsStore } from './settings-store.js';

const AT_ONCE = 20;

/**
 * Has the sessions of this node follow the settings of their instances. It compares versions, so it is safe to run at any time, any number of
 * times, and needs nobody to tell it.
 */
@Injectable()
export class SettingsWatch {
  private readonly log = new Logger(SettingsWatch.name);

  constructor(
    private readonly database: Database,
    private readonly settings: ConnectionSettingsRepository,
    private readonly store: SettingsStore,
    private readonly live: LiveSessions,
  ) {}

  /** Some of them; the next look finds the others. */
  async look(node: NodeId): Promise<void> {
    if (this.live.size === 0) return;
    const versions = await this.settings.ownedBy(node);
    const behind = this.live.all().filter(({ claim, behaviour }) => behaviour.version !== (versions.get(claim.instanceId) ?? behaviour.version));
    await Promise.all(behind.slice(0, AT_ONCE).map((session) => this.follow(session)));
  }

  /** A new socket is the platform's doing and no stop: the instance is due at once. */
  private async follow(session: Session): Promise<void> {
    const { tenantId, instanceId } = session.claim;
    try {
      const newer = await this.database.forTenant(tenantId, (tx) => this.store.read(tx, instanceId));
      if (!session.behaviour.follow(newer)) await session.stop('platform_stopped');
    } catch (error) {
      this.log.warn(`${instanceId} does not follow its settings yet: ${(error as Error).message}`);
    }
  }
}
