import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import type { BlockerCode, RetentionStep } from '#libs/retention';

/** What retention has to do at a moment, of the whole installation. */
export interface Backlog {
  /** due and nothing in the way, by what is to be done; counted up to some thousands together */
  due: Partial<Record<RetentionStep, number>>;
  /** since when the first of them waits; 0 when none does */
  lagSeconds: number;
  blocked: Partial<Record<BlockerCode, number>>;
  /** over a limit of their policy, waiting for somebody */
  blockedRuns: number;
}

interface DueRow {
  action: RetentionStep;
  n: number;
  lag: number;
}

interface BlockedRow {
  code: BlockerCode;
  n: number;
}

const MOST_DUE = 10_000;

/** Counts what waits; it decides nothing. What the sweep leaves alone for a whole tenant or the whole installation is not due here either. */
@Injectable()
export class RetentionBacklogRepository {
  constructor(private readonly database: Database) {}

  async read(): Promise<Backlog> {
    return this.database.acrossTenants('one backlog for all tenants', async (tx) => {
      const due = await tx.query<DueRow[]>`
        WITH steps AS MATERIALIZED (
          (SELECT tenant_id, instance_id FROM retention_schedule
           WHERE next_due_at <= (SELECT tenure_now()) AND blocked_by IS DISTINCT FROM 'mode-simulate' AND NOT (next_action = 'purge' AND intent = 'rule')
           ORDER BY next_due_at LIMIT ${MOST_DUE})
          UNION ALL
          (SELECT tenant_id, instance_id FROM retention_schedule
           WHERE next_due_at <= (SELECT tenure_now()) AND blocked_by IS DISTINCT FROM 'mode-simulate' AND next_action = 'purge' AND intent = 'rule'
           ORDER BY next_due_at LIMIT ${MOST_DUE}))
        SELECT s.next_action AS action, count(*)::int AS n, EXTRACT(EPOCH FROM (SELECT tenure_now()) - min(s.next_due_at))::double precision AS lag
        FROM steps CROSS JOIN LATERAL (
          SELECT * FROM retention_steps WHERE tenant_id = steps.tenant_id AND instance_id = steps.instance_id LIMIT 1) AS s
        WHERE s.may_go AND NOT (s.next_action = 'purge' AND s.intent = 'rule'
                                AND EXISTS (SELECT 1 FROM retention_runs r WHERE r.tenant_id = s.tenant_id AND r.status IN ('blocked', 'released')))
        GROUP BY 1`;
      const blocked = await tx.query<BlockedRow[]>`SELECT blocked_by AS code, count(*)::int AS n FROM retention_schedule WHERE blocked_by IS NOT NULL GROUP BY 1`;
      const [runs] = await tx.query<{ n: number }[]>`SELECT count(*)::int AS n FROM retention_runs WHERE status = 'blocked'`;
      return {
        due: Object.fromEntries(due.map(({ action, n }) => [action, n])),
        lagSeconds: Math.max(0, ...due.map(({ lag }) => lag)),
        blocked: Object.fromEntries(blocked.map(({ code, n }) => [code, n])),
        blockedRuns: runs!.n,
      };
    });
  }
}
