import { Injectable, Logger } from '@nestjs/common';
import type { Environment, TenantId } from '#libs/contracts';
import { Database, Journal } from '#libs/platform';
import { sum } from './apportion.js';
import { ACTOR } from './connection-recorder.js';
import { ConnectionsRepository } from './connections.repository.js';
import { FleetRepository } from './fleet.repository.js';
import { CALM, isStorm } from './is-storm.js';

const EVERY_MS = 5_000;

/**
 * Marks the disconnects of a storm: they start no clock until they have had an hour to come back. It looks every few seconds, so a mark
 * comes a little after the disconnect; no live clock is that short.
 */
@Injectable()
export class StormWatch {
  private lookedAt = -Infinity;
  private readonly log = new Logger(StormWatch.name);

  constructor(
    private readonly database: Database,
    private readonly fleet: FleetRepository,
    private readonly connections: ConnectionsRepository,
    private readonly journal: Journal,
  ) {}

  /** Does nothing when it looked a moment ago. */
  async look(): Promise<void> {
    if (performance.now() - this.lookedAt < EVERY_MS) return;
    this.lookedAt = performance.now();
    await this.mark();
  }

  /** Safe to run anywhere, any number of times. */
  async mark(): Promise<void> {
    for (const environment of ['live', 'test'] as const) {
      const losses = await this.fleet.losses(environment);
      const lost = sum(losses.map((tenant) => tenant.lost));
      const platform = lost > 0 && isStorm({ lost, connected: await this.fleet.holding(environment, lost * CALM) });
      for (const tenant of losses) if (tenant.unmarked > 0 && (platform || isStorm(tenant))) await this.markTenant(tenant.tenantId, environment);
    }
  }

  private async markTenant(tenantId: TenantId, environment: Environment): Promise<void> {
    const marked = await this.database.forTenant(tenantId, async (tx) => {
      const isNew = !(await this.connections.hasStorm(tx, environment));
      const instances = await this.connections.markStorm(tx, environment);
      if (isNew && instances > 0) await this.journal.appendOfTenant(tx, { type: 'retention.storm_detected', actor: ACTOR, data: { environment, instances } });
      return instances;
    });
    if (marked > 0) this.log.warn(`${marked} ${environment} instances of ${tenantId} were disconnected together: their clocks wait for an hour`);
  }
}
