import { Injectable } from '@nestjs/common';
import { type Actor, type Environment, type EventId, idFrom, type InstanceId, type PurgeId, type RemovalIntent, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';

export const PURGE_STATUSES = ['scheduled', 'cancelled', 'purged'] as const;
export type PurgeStatus = (typeof PURGE_STATUSES)[number];

/** Whether the device leaves the WhatsApp account with it; `asked` until it is carried out. A rule never asks. */
export type PurgeLogout = 'not_asked' | 'asked' | 'done' | 'failed';

/** A removal: scheduled, taken back or carried out. */
export interface Purge {
  id: PurgeId;
  instanceId: InstanceId;
  environment: Environment;
  intent: RemovalIntent;
  /** null when no rule decided */
  ruleId: string | null;
  policyVersion: number | null;
  /** of the instance when it was scheduled: void in another one */
  cycle: number;
  scheduledAt: Date;
  scheduledBy: Actor;
  /** the entry that says so; null: of before it was noted, or there is none */
  scheduledEvent: EventId | null;
  logout: PurgeLogout;
  status: PurgeStatus;
  /** both null while it is scheduled */
  endedAt: Date | null;
  endedBy: Actor | null;
}

interface PurgeRow {
  id: string;
  instance_id: string;
  environment: Environment;
  intent: RemovalIntent;
  rule_id: string | null;
  policy_version: number | null;
  cycle: number;
  scheduled_at: Date;
  scheduled_by: Actor;
  scheduled_event: string | null;
  logout: PurgeLogout;
  status: PurgeStatus;
  ended_at: Date | null;
  ended_by: Actor | null;
}

export interface PurgeFilter {
  instanceId: InstanceId | null;
  status: PurgeStatus | null;
}

/** The table `purges`. */
@Injectable()
export class PurgesRepository {
  async insert(tx: TenantTx, purge: Purge): Promise<void> {
    const { id, instanceId, environment, intent, ruleId, policyVersion, cycle, scheduledAt, scheduledBy, scheduledEvent, logout } = purge;
    await tx.execute`
      INSERT INTO purges (tenant_id, id, instance_id, environment, intent, rule_id, policy_version, cycle, scheduled_at, scheduled_by, scheduled_event, logout)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${uuidOf(instanceId)}::uuid, ${environment}, ${intent}, ${ruleId}, ${policyVersion},
              ${cycle}, ${scheduledAt}::timestamptz, ${JSON.stringify(scheduledBy)}::jsonb, ${scheduledEvent && uuidOf(scheduledEvent)}::uuid, ${logout})`;
  }

  /** What came of it. */
  async noteLogout(tx: TenantTx, id: PurgeId, logout: PurgeLogout): Promise<void> {
    await tx.execute`UPDATE purges SET logout = ${logout} WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
  }

  /** Under the instance's lock. Null: none of it is scheduled. */
  async end(tx: TenantTx, instanceId: InstanceId, status: Exclude<PurgeStatus, 'scheduled'>, at: Date, by: Actor): Promise<Purge | null> {
    const [row] = await tx.query<PurgeRow[]>`
      UPDATE purges SET status = ${status}, ended_at = ${at}::timestamptz, ended_by = ${JSON.stringify(by)}::jsonb
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND status = 'scheduled' RETURNING *`;
    return row ? toPurge(row) : null;
  }

  async scheduledOf(tx: TenantTx, instanceId: InstanceId): Promise<Purge | null> {
    const [row] = await tx.query<PurgeRow[]>`
      SELECT * FROM purges WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND status = 'scheduled'`;
    return row ? toPurge(row) : null;
  }

  async find(tx: TenantTx, id: PurgeId): Promise<Purge | null> {
    const [row] = await tx.query<PurgeRow[]>`
      SELECT * FROM purges WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return row ? toPurge(row) : null;
  }

  /** Newest first, before an id (null: from the newest). */
  async list(tx: TenantTx, { instanceId, status }: PurgeFilter, before: PurgeId | null, limit: number): Promise<Purge[]> {
    const rows = await tx.query<PurgeRow[]>`
      SELECT * FROM purges
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${instanceId && uuidOf(instanceId)}::uuid IS NULL OR instance_id = ${instanceId && uuidOf(instanceId)}::uuid)
        AND (${status}::text IS NULL OR status = ${status}) AND (${before && uuidOf(before)}::uuid IS NULL OR id < ${before && uuidOf(before)}::uuid)
      ORDER BY id DESC LIMIT ${limit}`;
    return rows.map(toPurge);
  }
}

function toPurge(row: PurgeRow): Purge {
  const { environment, intent, cycle, logout, status } = row;
  return {
    ...{ environment, intent, cycle, logout, status },
    id: idFrom('pur', row.id),
    instanceId: idFrom('ins', row.instance_id),
    ruleId: row.rule_id,
    policyVersion: row.policy_version,
    scheduledAt: row.scheduled_at,
    scheduledBy: row.scheduled_by,
    scheduledEvent: row.scheduled_event === null ? null : idFrom('evt', row.scheduled_event),
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  };
}
