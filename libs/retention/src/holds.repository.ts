import { Injectable } from '@nestjs/common';
import { type Actor, type Environment, type HoldId, idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { HoldScope, StoredHold } from './hold.js';
import type { LabelSelector } from './label-selector.js';

interface HoldRow {
  id: string;
  environment: Environment;
  scope: HoldScope;
  instance_id: string | null;
  selector: LabelSelector | null;
  reason: string;
  placed_at: Date;
  placed_by: Actor;
  released_at: Date | null;
  released_by: Actor | null;
}

export interface HoldFilter {
  instanceId: InstanceId | null;
  released: boolean;
}

/** The tables `active_holds` and `hold_history`: a hold is in one of them, and moves once. */
@Injectable()
export class HoldsRepository {
  /** Under the lock of the instance, or of the tenant's retention row for a wider one. */
  async insert(tx: TenantTx, { id, environment, scope, instanceId, selector, reason, placedAt, placedBy }: StoredHold): Promise<void> {
    await tx.execute`
      INSERT INTO active_holds (tenant_id, id, environment, scope, instance_id, selector, reason, placed_at, placed_by)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${environment}, ${scope}, ${instanceId && uuidOf(instanceId)}::uuid,
              ${selector && JSON.stringify(selector)}::jsonb, ${reason}, ${placedAt}::timestamptz, ${JSON.stringify(placedBy)}::jsonb)`;
  }

  /** Under the same lock. False when it is not in force any more. */
  async release(tx: TenantTx, id: HoldId, releasedAt: Date, releasedBy: Actor): Promise<boolean> {
    const released = await tx.execute`
      WITH gone AS (DELETE FROM active_holds WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid RETURNING *)
      INSERT INTO hold_history (tenant_id, id, environment, scope, instance_id, selector, reason, placed_at, placed_by, released_at, released_by)
      SELECT tenant_id, id, environment, scope, instance_id, selector, reason, placed_at, placed_by, ${releasedAt}::timestamptz, ${JSON.stringify(releasedBy)}::jsonb
      FROM gone`;
    return released > 0;
  }

  async find(tx: TenantTx, id: HoldId): Promise<StoredHold | null> {
    const [row] = await tx.query<HoldRow[]>`
      SELECT id, environment, scope, instance_id, selector, reason, placed_at, placed_by, NULL::timestamptz AS released_at, NULL::jsonb AS released_by
      FROM active_holds WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid
      UNION ALL
      SELECT id, environment, scope, instance_id, selector, reason, placed_at, placed_by, released_at, released_by
      FROM hold_history WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return row ? toStoredHold(row) : null;
  }

  /** Newest first, before an id (null: from the newest). */
  list(tx: TenantTx, { instanceId, released }: HoldFilter, before: HoldId | null, limit: number): Promise<StoredHold[]> {
    return released ? this.listReleased(tx, instanceId, before, limit) : this.listActive(tx, instanceId, before, limit);
  }

  async countActive(tx: TenantTx): Promise<number> {
    const [row] = await tx.query<{ n: number }[]>`SELECT count(*)::int AS n FROM active_holds WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return row!.n;
  }

  private async listActive(tx: TenantTx, instanceId: InstanceId | null, before: HoldId | null, limit: number): Promise<StoredHold[]> {
    const rows = await tx.query<HoldRow[]>`
      SELECT id, environment, scope, instance_id, selector, reason, placed_at, placed_by, NULL::timestamptz AS released_at, NULL::jsonb AS released_by
      FROM active_holds
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${instanceId && uuidOf(instanceId)}::uuid IS NULL OR instance_id = ${instanceId && uuidOf(instanceId)}::uuid)
        AND (${before && uuidOf(before)}::uuid IS NULL OR id < ${before && uuidOf(before)}::uuid)
      ORDER BY id DESC LIMIT ${limit}`;
    return rows.map(toStoredHold);
  }

  private async listReleased(tx: TenantTx, instanceId: InstanceId | null, before: HoldId | null, limit: number): Promise<StoredHold[]> {
    const rows = await tx.query<HoldRow[]>`
      SELECT id, environment, scope, instance_id, selector, reason, placed_at, placed_by, released_at, released_by FROM hold_history
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${instanceId && uuidOf(instanceId)}::uuid IS NULL OR instance_id = ${instanceId && uuidOf(instanceId)}::uuid)
        AND (${before && uuidOf(before)}::uuid IS NULL OR id < ${before && uuidOf(before)}::uuid)
      ORDER BY id DESC LIMIT ${limit}`;
    return rows.map(toStoredHold);
  }
}

function toStoredHold(row: HoldRow): StoredHold {
  const { environment, scope, selector, reason } = row;
  return {
    id: idFrom('hld', row.id),
    environment,
    scope,
    instanceId: row.instance_id === null ? null : idFrom('ins', row.instance_id),
    selector,
    reason,
    placedAt: row.placed_at,
    placedBy: row.placed_by,
    releasedAt: row.released_at,
    releasedBy: row.released_by,
  };
}
