import { Injectable } from '@nestjs/common';
import { idFrom, type InstanceId, NIL_UUID, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';

export interface Rescan {
  tenantId: TenantId;
  version: number;
  /** The last instance that was decided again; null: none yet. */
  cursor: InstanceId | null;
}

interface RescanRow {
  tenant_id: string;
  version: number;
  cursor_instance: string | null;
}

/** The table `retention_rescans`: how far a new version has come through its tenant's instances. */
@Injectable()
export class RetentionRescansRepository {
  constructor(private readonly database: Database) {}

  /** From the first instance again when an earlier one is under way. */
  async begin(tx: TenantTx, version: number, now: Date): Promise<void> {
    await tx.execute`
      INSERT INTO retention_rescans (tenant_id, version, started_at) VALUES (${uuidOf(tx.tenantId)}::uuid, ${version}, ${now}::timestamptz)
      ON CONFLICT (tenant_id) DO UPDATE SET version = excluded.version, cursor_instance = NULL, started_at = excluded.started_at`;
  }

  async pending(limit: number): Promise<Rescan[]> {
    const rows = await this.database.acrossTenants('rescans of all tenants wait in one table', (tx) => tx.query<RescanRow[]>`
      SELECT tenant_id, version, cursor_instance FROM retention_rescans ORDER BY started_at LIMIT ${limit}`);
    return rows.map(toRescan);
  }

  /** Of the tenant, in the order of their ids. */
  async instancesAfter(tx: TenantTx, cursor: InstanceId | null, limit: number): Promise<InstanceId[]> {
    const rows = await tx.query<{ id: string }[]>`
      SELECT id FROM instance_overview
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND lifecycle <> 'purged' AND id > ${cursor ? uuidOf(cursor) : NIL_UUID}::uuid
      ORDER BY id LIMIT ${limit}`;
    return rows.map(({ id }) => idFrom('ins', id));
  }

  /** Nothing when another process was faster or a newer version began. */
  async advance(tx: TenantTx, { version, cursor }: Rescan, to: InstanceId): Promise<void> {
    await tx.execute`
      UPDATE retention_rescans SET cursor_instance = ${uuidOf(to)}::uuid
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND version = ${version} AND cursor_instance IS NOT DISTINCT FROM ${cursor && uuidOf(cursor)}::uuid`;
  }

  /** Of a tenant that is deleted. */
  async forget(tx: TenantTx): Promise<void> {
    await tx.execute`DELETE FROM retention_rescans WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
  }

  async finish(tx: TenantTx, { version, cursor }: Rescan): Promise<void> {
    await tx.execute`
      DELETE FROM retention_rescans
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND version = ${version} AND cursor_instance IS NOT DISTINCT FROM ${cursor && uuidOf(cursor)}::uuid`;
  }
}

function toRescan({ tenant_id, version, cursor_instance }: RescanRow): Rescan {
  return { tenantId: idFrom('ten', tenant_id), version, cursor: cursor_instance === null ? null : idFrom('ins', cursor_instance) };
}
