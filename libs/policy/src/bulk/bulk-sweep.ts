import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '#libs/platform';
import { OneAtATime } from '../one-at-a-time.js';
import { BulkMembersRepository } from './bulk-members.repository.js';
import { BulkRequestsRepository, type OpenBulk } from './bulk-requests.repository.js';
import { BulkTurns } from './bulk-turns.js';

const TICK_MS = 1000;
const REQUESTS = 20;
/** Of one request, per tick: then the others have their turn. */
const BATCH = 50;

/** Carries confirmed requests out, instance by instance. Whoever stops anywhere is continued by anybody. */
@Injectable()
export class BulkSweep implements BeforeApplicationShutdown {
  private readonly log = new Logger(BulkSweep.name);
  private readonly ticks = new OneAtATime((error) => this.log.warn(`a sweep of bulk requests failed and is tried again: ${error.message}`));

  constructor(
    private readonly database: Database,
    private readonly requests: BulkRequestsRepository,
    private readonly members: BulkMembersRepository,
    private readonly turns: BulkTurns,
  ) {}

  @Interval(TICK_MS)
  tick(): Promise<void> {
    return this.ticks.run(() => this.sweep());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticks.stop();
  }

  async sweep(): Promise<void> {
    for (const open of await this.requests.running(REQUESTS)) await this.advance(open);
  }

  private async advance(open: OpenBulk): Promise<void> {
    const { request, left } = await this.database.forTenant(open.tenantId, async (tx) => ({
      request: await this.requests.find(tx, open.id),
      left: await this.members.left(tx, open.id, BATCH),
    }));
    for (const member of left) if (request && !this.ticks.isStopping) await this.turns.take(open, request, member);
    if (left.length === 0) await this.turns.finish(open);
  }
}
