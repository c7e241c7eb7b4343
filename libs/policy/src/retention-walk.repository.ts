import { Injectable } from '@nestjs/common';
import { idFrom, type InstanceId, NIL_UUID, type TenantId, uuidOf } from '#libs/contracts';
import { Database } from '#libs/platform';

export interface WalkPosition {
  tenantId: TenantId;
  instanceId: InstanceId;
}

interface WalkRow {
  running: boolean;
  cursor_tenant: string | null;
  cursor_instance: string | null;
}

interface WalkedRow {
  tenant_id: string;
  instance_id: string;
}

/** The row of `retention_walk`, and the instances in its order. */
@Injectable()
export class RetentionWalkRepository {
  constructor(private readonly database: Database) {}

  /** Begins a walk when the last one began a day ago. Null: none is under way; its `after` null: at its beginning. */
  async current(): Promise<{ after: WalkPosition | null } | null> {
    return this.database.acrossTenants('the walk goes through all tenants', async (tx) => {
      await tx.execute`
        UPDATE retention_walk SET started_at = tenure_now(), finished_at = NULL, cursor_tenant = NULL, cursor_instance = NULL
        WHERE started_at IS NULL OR (finished_at IS NOT NULL AND started_at <= (SELECT tenure_now()) - interval '1 day')`;
      const [row] = await tx.query<WalkRow[]>`SELECT finished_at IS NULL AS running, cursor_tenant, cursor_instance FROM retention_walk`;
      return row?.running ? { after: positionOf(row.cursor_tenant, row.cursor_instance) } : null;
    });
  }

  async instancesAfter(after: WalkPosition | null, limit: number): Promise<WalkPosition[]> {
    const rows = await this.database.acrossTenants('the walk goes through all tenants', (tx) => tx.query<WalkedRow[]>`
      SELECT tenant_id, instance_id FROM fleet_overview
      WHERE lifecycle <> 'purged' AND (tenant_id, instance_id) > (${after ? uuidOf(after.tenantId) : NIL_UUID}::uuid, ${after ? uuidOf(after.instanceId) : NIL_UUID}::uuid)
      ORDER BY tenant_id, instance_id LIMIT ${limit}`);
    return rows.map(({ tenant_id, instance_id }) => ({ tenantId: idFrom('ten', tenant_id), instanceId: idFrom('ins', instance_id) }));
  }

  /** Nothing when another process was faster. `to` null: the walk is over. */
  async advance(from: WalkPosition | null, to: WalkPosition | null): Promise<void> {
    await this.database.acrossTenants('the walk goes through all tenants', (tx) => tx.execute`
      UPDATE retention_walk SET
        cursor_tenant = COALESCE(${to && uuidOf(to.tenantId)}::uuid, cursor_tenant),
        cursor_instance = COALESCE(${to && uuidOf(to.instanceId)}::uuid, cursor_instance),
        finished_at = CASE WHEN ${to === null} THEN tenure_now() END
      WHERE finished_at IS NULL AND cursor_instance IS NOT DISTINCT FROM ${from && uuidOf(from.instanceId)}::uuid`);
  }
}

function positionOf(tenant: string | null, instance: string | null): WalkPosition | null {
  return tenant && instance ? { tenantId: idFrom('ten', tenant), instanceId: idFrom('ins', instance) } : null;
}
