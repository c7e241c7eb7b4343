import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Database } from '../database/database.js';
import type { PlatformTx } from '../database/tenant-tx.js';
import { Rounds } from '../jobs/rounds.js';
import { JOURNAL_APPENDED } from './hints.js';

const BATCH = 500;
const POLL_MS = 500;

/**
 * Gives every committed entry its tenant's next position: dense, in an order that keeps each instance's.
 * Runs in every process that appends; per tenant one at a time, by the lock on the tenant's journal head. Nothing is listed before it has a position.
 */
@Injectable()
export class Sequencer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly listeners: ((entries: number) => void)[] = [];
  private readonly log = new Logger(Sequencer.name);
  private readonly rounds = new Rounds(() => this.round(), POLL_MS, (error) => this.log.warn(`positions wait: ${error.message}`));

  constructor(private readonly database: Database) {}

  /** Since when its loop has not come round, also in vain: what stands still here works for nobody. */
  get silentSeconds(): number {
    return this.rounds.silentSeconds;
  }

  /** For whoever counts, and for whoever goes on with what has a position. A hint: another process may have given it. */
  onPositioned(tell: (entries: number) => void): void {
    this.listeners.push(tell);
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  @OnEvent(JOURNAL_APPENDED)
  wake(): void {
    this.rounds.wake();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round. Safe to run anywhere, any number of times at once. Returns how many entries were positioned. */
  sequence(): Promise<number> {
    return this.database.acrossTenants('pending entries of all tenants wait in one queue', async (tx) => {
      const tenants = await lockHeads(tx);
      return tenants.length === 0 ? 0 : drain(tx, tenants);
    });
  }

  private async round(): Promise<number> {
    const positioned = await this.sequence();
    if (positioned === 0) return POLL_MS;
    for (const tell of this.listeners) tell(positioned);
    return 0;
  }
}

/** Locks the heads of the tenants at the front of the queue, leaving out those that another sequencer is at. */
async function lockHeads(tx: PlatformTx): Promise<string[]> {
  const waiting = await tx.query<{ tenant_id: string }[]>`
    SELECT DISTINCT tenant_id FROM (SELECT tenant_id FROM journal_pending ORDER BY n LIMIT ${BATCH}) AS front ORDER BY tenant_id`;
  if (waiting.length === 0) return [];
  const ids = waiting.map(({ tenant_id }) => tenant_id);
  const made = tx.execute`
    INSERT INTO journal_heads (tenant_id) SELECT id FROM unnest(${ids}::uuid[]) AS id
    WHERE NOT EXISTS (SELECT 1 FROM journal_heads WHERE tenant_id = id) ON CONFLICT DO NOTHING`;
  const locked = tx.query<{ tenant_id: string }[]>`
    SELECT tenant_id FROM journal_heads WHERE tenant_id = ANY(${ids}::uuid[]) ORDER BY tenant_id FOR UPDATE SKIP LOCKED`;
  const [, heads] = await Promise.all([made, locked]);
  return heads.map(({ tenant_id }) => tenant_id);
}

/** A statement of its own: its snapshot is younger than the locks, so it sees the newest head. What it positions waits for the sealer. */
function drain(tx: PlatformTx, tenants: string[]): Promise<number> {
  return tx.execute`
    WITH taken AS (
      DELETE FROM journal_pending WHERE n IN (
        SELECT n FROM journal_pending WHERE tenant_id = ANY(${tenants}::uuid[]) ORDER BY n LIMIT ${BATCH})
      RETURNING n, tenant_id, event_id),
    counted AS (SELECT tenant_id, count(*) AS entries FROM taken GROUP BY tenant_id),
    heads AS (
      UPDATE journal_heads head SET position = head.position + counted.entries FROM counted
      WHERE head.tenant_id = counted.tenant_id RETURNING head.tenant_id, head.position, head.position - counted.entries AS base),
    unsealed AS (
      INSERT INTO journal_unsealed (tenant_id, position, since) SELECT tenant_id, position, clock_timestamp() FROM heads
      ON CONFLICT (tenant_id) DO UPDATE SET position = excluded.position)
    INSERT INTO journal_positions (tenant_id, position, event_id)
    SELECT taken.tenant_id, heads.base + row_number() OVER (PARTITION BY taken.tenant_id ORDER BY taken.n), taken.event_id
    FROM taken JOIN heads ON heads.tenant_id = taken.tenant_id`;
}
