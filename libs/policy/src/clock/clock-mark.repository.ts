import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import type { ClockSample } from './judge-clock.js';

/** How far the clock has been seen to go (the sweep's heartbeat), and until when it is not trusted. */
@Injectable()
export class ClockMarkRepository {
  constructor(private readonly database: Database) {}

  look(): Promise<ClockSample> {
    return this.database.acrossTenants('one clock for all tenants', async (tx) => {
      const asked = performance.now();
      const [row] = await tx.query<{ real: Date; now: Date; mark: Date | null }[]>`
        SELECT clock_timestamp() AS real, tenure_now() AS now, clock_mark AS mark FROM platform_state`;
      const answered = performance.now();
      return { real: row!.real.getTime(), now: row!.now.getTime(), mark: row!.mark?.getTime() ?? null, asked, answered };
    });
  }

  /** Raises the mark to now, never lowers it. */
  async raise(): Promise<void> {
    await this.database.acrossTenants('one clock for all tenants', (tx) => tx.execute`
      UPDATE platform_state SET clock_mark = tenure_now() WHERE clock_mark IS NULL OR clock_mark < (SELECT tenure_now())`);
  }

  /** It has jumped: for a day from where it is now, wherever that is. */
  async quarantine(reason: string): Promise<void> {
    await this.database.acrossTenants('one clock for all tenants', (tx) => tx.execute`
      UPDATE platform_state SET clock_quarantined_until = tenure_now() + interval '24 hours', clock_quarantine_reason = ${reason}`);
  }

  /** Nobody has looked for long: for an hour, and until all have tried to connect. A longer quarantine stays. False when somebody has looked by now. */
  async awaitAttempts(unwatchedMs: number, reason: string): Promise<boolean> {
    const changed = await this.database.acrossTenants('one clock for all tenants', (tx) => tx.execute`
      UPDATE platform_state SET
        clock_quarantine_reason = CASE WHEN clock_quarantined_until > tenure_now() THEN clock_quarantine_reason ELSE ${reason} END,
        clock_quarantined_until = GREATEST(clock_quarantined_until, tenure_now() + interval '1 hour'),
        clock_awaits = ARRAY['live', 'test'], clock_awaits_since = clock_timestamp(), clock_mark = tenure_now()
      WHERE clock_mark < tenure_now() - ${unwatchedMs}::double precision * interval '1 millisecond'`);
    return changed > 0;
  }

  /**
   * Environments in which nobody is left that should run and has not tried: nobody waits in the queue since then, or since the platform gave it up,
   * and nobody belongs to a process that is gone.
   */
  async noteAttempts(): Promise<void> {
    await this.database.acrossTenants('sessions of all tenants come back', (tx) => tx.execute`
      UPDATE platform_state SET clock_awaits = ARRAY(
        SELECT e FROM unnest(clock_awaits) AS e
        WHERE EXISTS (SELECT 1 FROM session_queue q JOIN tenants t ON t.id = q.tenant_id
                      LEFT JOIN connections c ON c.tenant_id = q.tenant_id AND c.instance_id = q.instance_id
                      WHERE q.environment = e AND t.suspended_at IS NULL
                        AND (q.due_at <= clock_awaits_since OR (c.settled_reason = 'platform_stopped' AND c.retry_at IS NULL)))
           OR EXISTS (SELECT 1 FROM connections c JOIN instance_heads h ON h.tenant_id = c.tenant_id AND h.instance_id = c.instance_id
                      WHERE c.owner_node IS NOT NULL AND h.environment = e
                        AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.id = c.owner_node AND n.lease_until > clock_timestamp())))
      WHERE clock_awaits <> '{}'`);
  }
}
