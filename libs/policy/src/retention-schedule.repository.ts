import { Injectable } from '@nestjs/common';
import { type Environment, idFrom, type InstanceId, NIL_UUID, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import type { BlockerCode, RetentionIntent, RetentionStep } from '#libs/retention';

export interface ScheduledStep {
  instanceId: InstanceId;
  nextAction: RetentionStep | null;
  intent: RetentionIntent;
  /** Milliseconds since 1970. */
  nextDueAt: number | null;
  ruleId: string | null;
  policyVersion: number | null;
  cycle: number;
  /** The first thing that stands in its way; null: only time does. */
  blockedBy: BlockerCode | null;
}

export interface DueInstance {
  tenantId: TenantId;
  instanceId: InstanceId;
  environment: Environment;
}

interface DueRow {
  tenant_id: string;
  instance_id: string;
  environment: Environment;
  next_due_at: Date;
  may_go: boolean;
}

interface Place {
  due: Date | string;
  instance: string;
}
const BEFORE_ALL: Place = { due: '-infinity', instance: NIL_UUID };

/**
 * The table `retention_schedule`: the next step of each instance. What is due is asked for in two parts, the front of an index and then row by row what
 * stands in the way (hence LATERAL and LIMIT 1): the planner takes a third of all deadlines to be due, and would read them all.
 */
@Injectable()
export class RetentionScheduleRepository {
  constructor(private readonly database: Database) {}

  /** Whether a version is in force, or the instance has a row here. */
  async hasToDecide(tenantId: TenantId, instanceId: InstanceId): Promise<boolean> {
    const [row] = await this.database.readForTenant(tenantId, (tx) => tx.query<{ has: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM tenant_retention WHERE tenant_id = ${uuidOf(tenantId)}::uuid AND active_version IS NOT NULL)
          OR EXISTS (SELECT 1 FROM retention_schedule WHERE tenant_id = ${uuidOf(tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid) AS has`);
    return row!.has;
  }

  /** Under the lock of each instance. No step and no row is the same, and what says the same stays untouched: most decisions write nothing. */
  async write(tx: TenantTx, steps: readonly ScheduledStep[], decidedAt: Date): Promise<void> {
    const rows = steps.map((step) => ({
      instance_id: uuidOf(step.instanceId),
      next_action: step.nextAction,
      intent: step.intent,
      next_due_at: step.nextDueAt === null ? null : step.nextDueAt / 1000,
      rule_id: step.ruleId,
      policy_version: step.policyVersion,
      cycle: step.cycle,
      blocked_by: step.blockedBy,
    }));
    await tx.execute`
      INSERT INTO retention_schedule AS s (tenant_id, instance_id, next_action, intent, next_due_at, rule_id, policy_version, cycle, blocked_by, decided_at)
      SELECT ${uuidOf(tx.tenantId)}::uuid, r.instance_id, r.next_action, r.intent, to_timestamp(r.next_due_at), r.rule_id, r.policy_version, r.cycle, r.blocked_by, ${decidedAt}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS r(instance_id uuid, next_action text, intent text, next_due_at double precision, rule_id text, policy_version integer, cycle integer, blocked_by text)
      WHERE r.next_action IS NOT NULL
        OR EXISTS (SELECT 1 FROM retention_schedule known WHERE known.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND known.instance_id = r.instance_id)
      ON CONFLICT (tenant_id, instance_id) DO UPDATE SET
        next_action = excluded.next_action, intent = excluded.intent, next_due_at = excluded.next_due_at, rule_id = excluded.rule_id,
        policy_version = excluded.policy_version, cycle = excluded.cycle, blocked_by = excluded.blocked_by, decided_at = excluded.decided_at
      WHERE (s.next_action, s.intent, s.next_due_at, s.rule_id, s.policy_version, s.cycle, s.blocked_by)
        IS DISTINCT FROM (excluded.next_action, excluded.intent, excluded.next_due_at, excluded.rule_id, excluded.policy_version, excluded.cycle, excluded.blocked_by)`;
  }

  /**
   * What the sweep has to look at, of all tenants whose rules act and of all that somebody asked for, the longest due first, in pages of at most so many.
   * Only read: each is decided again under its lock. Nothing but rescues while the kill switch is on or the clock is not trusted, and no removal during a platform hold.
   */
  due(page: number): AsyncGenerator<DueInstance[]> {
    return pages(page, (after) => this.database.acrossTenants('the sweep serves all tenants', (tx) => tx.query<DueRow[]>`
      WITH due AS MATERIALIZED (
        SELECT tenant_id, instance_id FROM retention_schedule
        WHERE next_due_at <= (SELECT tenure_now()) AND blocked_by IS DISTINCT FROM 'mode-simulate' AND NOT (next_action = 'purge' AND intent = 'rule')
          AND (next_due_at, instance_id) > (${after.due}::timestamptz, ${after.instance}::uuid)
        ORDER BY next_due_at, instance_id LIMIT ${page})
      SELECT s.tenant_id, s.instance_id, s.environment, s.next_due_at, s.may_go
      FROM due CROSS JOIN LATERAL (
        SELECT * FROM retention_steps WHERE tenant_id = due.tenant_id AND instance_id = due.instance_id LIMIT 1) AS s
      ORDER BY s.next_due_at, s.instance_id`));
  }

  /** Removals by rule that are due where no run has them, of all tenants, in pages: runs are made of them. None while the kill switch or a platform hold is on, or the clock is not trusted. */
  dueWithoutRun(page: number): AsyncGenerator<DueInstance[]> {
    return pages(page, (after) => this.database.acrossTenants('the sweep serves all tenants', (tx) => tx.query<DueRow[]>`
      WITH due AS MATERIALIZED (
        SELECT tenant_id, instance_id FROM retention_schedule
        WHERE next_due_at <= (SELECT tenure_now()) AND blocked_by IS DISTINCT FROM 'mode-simulate' AND next_action = 'purge' AND intent = 'rule'
          AND (next_due_at, instance_id) > (${after.due}::timestamptz, ${after.instance}::uuid)
        ORDER BY next_due_at, instance_id LIMIT ${page})
      SELECT s.tenant_id, s.instance_id, s.environment, s.next_due_at,
             s.may_go AND NOT EXISTS (SELECT 1 FROM retention_runs r WHERE r.tenant_id = s.tenant_id AND r.environment = s.environment
                                                                       AND r.status IN ('running', 'blocked', 'released')) AS may_go
      FROM due CROSS JOIN LATERAL (
        SELECT * FROM retention_steps WHERE tenant_id = due.tenant_id AND instance_id = due.instance_id LIMIT 1) AS s
      ORDER BY s.next_due_at, s.instance_id`));
  }

  /** Removals by rule that are due, the longest due first. */
  async dueRemovals(tx: TenantTx, environment: Environment, limit: number): Promise<InstanceId[]> {
    const rows = await tx.query<{ instance_id: string }[]>`
      SELECT s.instance_id FROM retention_schedule s JOIN instance_heads h ON h.tenant_id = s.tenant_id AND h.instance_id = s.instance_id
      WHERE s.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND h.environment = ${environment}
        AND s.next_due_at <= (SELECT tenure_now()) AND s.blocked_by IS DISTINCT FROM 'mode-simulate' AND s.next_action = 'purge' AND s.intent = 'rule'
      ORDER BY s.next_due_at, s.instance_id LIMIT ${limit}`;
    return rows.map(({ instance_id }) => idFrom('ins', instance_id));
  }
}

/** Of each page what may go, to the end of what is due: also past a page of which nothing may. */
async function* pages(size: number, read: (after: Place) => Promise<DueRow[]>): AsyncGenerator<DueInstance[]> {
  let after: Place | null = BEFORE_ALL;
  while (after) {
    const rows: DueRow[] = await read(after);
    yield rows.filter(({ may_go }) => may_go).map(toDue);
    const last = rows.length < size ? undefined : rows.at(-1);
    after = last ? { due: last.next_due_at, instance: last.instance_id } : null;
  }
}

function toDue({ tenant_id, instance_id, environment }: DueRow): DueInstance {
  return { tenantId: idFrom('ten', tenant_id), instanceId: idFrom('ins', instance_id), environment };
}
