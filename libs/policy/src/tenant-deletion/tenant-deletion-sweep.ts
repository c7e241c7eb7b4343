import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { InstanceId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { OneAtATime } from '../one-at-a-time.js';
import { TenantDeletionTurns } from './tenant-deletion-turns.js';
import { type OpenTenantDeletion, TenantDeletionsRepository } from './tenant-deletions.repository.js';

const TICK_MS = 1000;
const TENANTS = 10;
const BATCH = 100;
/** Between two looks, in seconds: while something stands in the way or the grace runs, nothing is urgent. */
const REST = 60;

/** Carries confirmed deletions of tenants out. What is due then is removed by the sweep of everything; whoever stops anywhere is continued by anybody. */
@Injectable()
export class TenantDeletionSweep implements BeforeApplicationShutdown {
  private readonly log = new Logger(TenantDeletionSweep.name);
  private readonly ticks = new OneAtATime((error) => this.log.warn(`a sweep of tenants' deletions failed and is tried again: ${error.message}`));

  constructor(
    private readonly database: Database,
    private readonly deletions: TenantDeletionsRepository,
    private readonly turns: TenantDeletionTurns,
  ) {}

  @Interval(TICK_MS)
  tick(): Promise<void> {
    return this.ticks.run(() => this.sweep());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticks.stop();
  }

  async sweep(): Promise<void> {
    for (const open of await this.deletions.ready(TENANTS)) if (!this.ticks.isStopping) await this.advance(open);
  }

  private async advance(open: OpenTenantDeletion): Promise<void> {
    let after: InstanceId | null = null;
    do {
      const left: InstanceId[] = await this.database.forTenant(open.tenantId, (tx) => this.deletions.left(tx, open.id, after, BATCH));
      for (const instanceId of left) if (!this.ticks.isStopping) await this.turns.take(open, instanceId);
      after = left.at(-1) ?? null;
    } while (after && !this.ticks.isStopping);
    if (!this.ticks.isStopping && !(await this.turns.finish(open))) await this.database.forTenant(open.tenantId, (tx) => this.deletions.lookAgain(tx, open.id, REST));
  }
}
