import { idFrom, type InstanceId, NIL_UUID, type TenantId, type TenantSql, uuidOf } from '#libs/contracts';
import type { Database } from '../database/database.js';

/** Which row, and under which master key. */
export interface WrappedPlace {
  tenantId: TenantId;
  instanceId: InstanceId;
  masterKeyId: string;
}

export interface WrappedKey {
  instanceId: InstanceId;
  wrapped: Uint8Array;
  masterKeyId: string;
}

interface PlaceRow {
  tenant_id: string;
  instance_id: string;
  master_key_id: string;
}

/** The wrapped data keys of `instance_payload`: found across tenants, read and moved within one. Rows are changed and never made here. */
export class WrappedKeysRepository {
  constructor(private readonly database: Database) {}

  /** In the order of their ids, after a place (null: from the beginning). */
  async page(after: WrappedPlace | null, limit: number): Promise<WrappedPlace[]> {
    const [tenant, instance] = after ? [uuidOf(after.tenantId), uuidOf(after.instanceId)] : [NIL_UUID, NIL_UUID];
    const rows = await this.database.acrossTenants('the master key is of all tenants', (tx) => tx.query<PlaceRow[]>`
      SELECT tenant_id, instance_id, master_key_id FROM instance_payload
      WHERE (tenant_id, instance_id) > (${tenant}::uuid, ${instance}::uuid) ORDER BY tenant_id, instance_id LIMIT ${limit}`);
    return rows.map((row) => ({ tenantId: idFrom('ten', row.tenant_id), instanceId: idFrom('ins', row.instance_id), masterKeyId: row.master_key_id }));
  }

  /** Of these, those that are not under `keyId` and that nobody else has locked; locked until the transaction ends. */
  async lock(tx: TenantSql, instanceIds: InstanceId[], keyId: string): Promise<WrappedKey[]> {
    const rows = await tx.query<{ instance_id: string; wrapped_key: Uint8Array; master_key_id: string }[]>`
      SELECT instance_id, wrapped_key, master_key_id FROM instance_payload
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ANY(${instanceIds.map(uuidOf)}::uuid[]) AND master_key_id <> ${keyId}
      ORDER BY instance_id FOR NO KEY UPDATE SKIP LOCKED`;
    return rows.map((row) => ({ instanceId: idFrom('ins', row.instance_id), wrapped: row.wrapped_key, masterKeyId: row.master_key_id }));
  }

  /** Rows that this transaction has locked. */
  async move(tx: TenantSql, keys: WrappedKey[]): Promise<void> {
    if (keys.length === 0) return;
    await tx.execute`
      UPDATE instance_payload p SET wrapped_key = moved.wrapped_key, master_key_id = moved.master_key_id
      FROM unnest(${keys.map(({ instanceId }) => uuidOf(instanceId))}::uuid[], ${keys.map(({ wrapped }) => wrapped)}::bytea[],
                  ${keys.map(({ masterKeyId }) => masterKeyId)}::text[]) AS moved (instance_id, wrapped_key, master_key_id)
      WHERE p.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND p.instance_id = moved.instance_id`;
  }
}
