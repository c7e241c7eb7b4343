import { Injectable } from '@nestjs/common';
import { type Actor, type Environment, idFrom, type InstanceId, type RunId, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import type { OverLimit } from './plan-run.js';

export type RunStatus = 'running' | 'blocked' | 'released' | 'finished' | 'cancelled';

/** What became due at a time, by rule, of one environment. */
export interface Run {
  id: RunId;
  environment: Environment;
  policyVersion: number;
  startedAt: Date;
  /** how many */
  due: number;
  slice: number;
  overLimit: OverLimit | null;
  status: RunStatus;
  endedAt: Date | null;
  /** who released or cancelled it */
  decidedBy: Actor | null;
}

/** How its members fared; what is neither is left. */
export interface RunTally {
  purged: number;
  refused: number;
  /** why, how often */
  reasons: Record<string, number>;
}

/** A run with something to do. */
export interface OpenRun {
  tenantId: TenantId;
  id: RunId;
  slice: number;
  isReleased: boolean;
}

interface RunRow {
  id: string;
  environment: Environment;
  policy_version: number;
  started_at: Date;
  due: number;
  slice: number;
  over_limit: OverLimit | null;
  status: RunStatus;
  ended_at: Date | null;
  decided_by: Actor | null;
}

/** The tables `retention_runs` and `retention_run_members`. */
@Injectable()
export class RunsRepository {
  constructor(private readonly database: Database) {}

  /** Under the lock of the tenant's retention row. */
  async insert(tx: TenantTx, { id, environment, policyVersion, startedAt, due, slice, overLimit, status }: Run, members: readonly InstanceId[]): Promise<void> {
    await tx.execute`
      INSERT INTO retention_runs (tenant_id, id, environment, policy_version, started_at, due, slice, over_limit, status)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${environment}, ${policyVersion}, ${startedAt}::timestamptz, ${due}, ${slice}, ${overLimit}, ${status})`;
    await tx.execute`
      INSERT INTO retention_run_members (tenant_id, run_id, instance_id)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, unnest(${members.map(uuidOf)}::uuid[])`;
  }

  /** Whether one of this environment is under way or waits. */
  async hasOpen(tx: TenantTx, environment: Environment): Promise<boolean> {
    const rows = await tx.query<unknown[]>`
      SELECT 1 FROM retention_runs
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND environment = ${environment} AND status IN ('running', 'blocked', 'released')`;
    return rows.length > 0;
  }

  /** Of all tenants, those that may go on now. */
  async ready(limit: number): Promise<OpenRun[]> {
    const rows = await this.database.acrossTenants('runs of all tenants are carried out by one sweep', (tx) => tx.query<{ tenant_id: string; id: string; slice: number; released: boolean }[]>`
      SELECT tenant_id, id, slice, status = 'released' AS released FROM retention_runs
      WHERE status = 'running' OR (status = 'released' AND slice_at <= (SELECT tenure_now())) ORDER BY id LIMIT ${limit}`);
    return rows.map(({ tenant_id, id, slice, released }) => ({ tenantId: idFrom('ten', tenant_id), id: idFrom('run', id), slice, isReleased: released }));
  }

  /** Members that nothing was decided about yet. */
  async left(tx: TenantTx, id: RunId, limit: number): Promise<InstanceId[]> {
    const rows = await tx.query<{ instance_id: string }[]>`
      SELECT instance_id FROM retention_run_members
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND run_id = ${uuidOf(id)}::uuid AND outcome IS NULL ORDER BY instance_id LIMIT ${limit}`;
    return rows.map(({ instance_id }) => idFrom('ins', instance_id));
  }

  /** Under the instance's lock. */
  async note(tx: TenantTx, id: RunId, instanceId: InstanceId, outcome: 'purged' | 'refused', reason: string | null): Promise<void> {
    await tx.execute`
      UPDATE retention_run_members SET outcome = ${outcome}, reason = ${reason}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND run_id = ${uuidOf(id)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND outcome IS NULL`;
  }

  async find(tx: TenantTx, id: RunId): Promise<Run | null> {
    const [row] = await tx.query<RunRow[]>`
      SELECT id, environment, policy_version, started_at, due, slice, over_limit, status, ended_at, decided_by FROM retention_runs
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return row ? toRun(row) : null;
  }

  /** Newest first, before an id (null: from the newest). */
  async list(tx: TenantTx, before: RunId | null, limit: number): Promise<Run[]> {
    const rows = await tx.query<RunRow[]>`
      SELECT id, environment, policy_version, started_at, due, slice, over_limit, status, ended_at, decided_by FROM retention_runs
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${before && uuidOf(before)}::uuid IS NULL OR id < ${before && uuidOf(before)}::uuid)
      ORDER BY id DESC LIMIT ${limit}`;
    return rows.map(toRun);
  }

  async tally(tx: TenantTx, id: RunId): Promise<RunTally> {
    const rows = await tx.query<{ outcome: 'purged' | 'refused'; reason: string | null; n: number }[]>`
      SELECT outcome, reason, count(*)::int AS n FROM retention_run_members
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND run_id = ${uuidOf(id)}::uuid AND outcome IS NOT NULL GROUP BY 1, 2`;
    const of = (outcome: string) => rows.filter((row) => row.outcome === outcome);
    const sum = (some: typeof rows) => some.reduce((total, { n }) => total + n, 0);
    return { purged: sum(of('purged')), refused: sum(of('refused')), reasons: Object.fromEntries(of('refused').map(({ reason, n }) => [reason ?? 'not-due', n])) };
  }

  /** False when it does not stand there any more. */
  async settle(tx: TenantTx, id: RunId, from: readonly RunStatus[], to: RunStatus, { at, by }: { at: Date; by: Actor | null }): Promise<boolean> {
    const ended = to === 'finished' || to === 'cancelled';
    const settled = await tx.execute`
      UPDATE retention_runs SET status = ${to}, decided_by = COALESCE(${by && JSON.stringify(by)}::jsonb, decided_by),
        ended_at = CASE WHEN ${ended} THEN ${at}::timestamptz END, slice_at = CASE WHEN ${to} = 'released' THEN ${at}::timestamptz ELSE slice_at END
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid AND status = ANY(${[...from]}::text[])`;
    return settled > 0;
  }

  /** The next slice of a released one is a minute away. */
  async rest(tx: TenantTx, id: RunId): Promise<void> {
    await tx.execute`
      UPDATE retention_runs SET slice_at = tenure_now() + interval '1 minute'
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid AND status = 'released'`;
  }
}

function toRun(row: RunRow): Run {
  const { environment, due, slice, status } = row;
  return {
    ...{ environment, due, slice, status },
    id: idFrom('run', row.id),
    policyVersion: row.policy_version,
    startedAt: row.started_at,
    overLimit: row.over_limit,
    endedAt: row.ended_at,
    decidedBy: row.decided_by,
  };
}
