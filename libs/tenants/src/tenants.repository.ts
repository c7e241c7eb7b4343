import { Injectable } from '@nestjs/common';
import { idFrom, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import type { QuotaOverrides } from './tenant-quotas.js';

export interface Tenant {
  id: TenantId;
  /** null: it is deleted */
  name: string | null;
  quotas: QuotaOverrides;
  suspendedAt: Date | null;
  /** since when its deletion is confirmed; null: it is not */
  leavingSince: Date | null;
  deletedAt: Date | null;
  createdAt: Date;
  /** counts changes by the operator */
  version: number;
}

interface TenantRow {
  id: string;
  name: string | null;
  quotas: QuotaOverrides;
  suspended_at: Date | null;
  leaving_since: Date | null;
  deleted_at: Date | null;
  created_at: Date;
  version: number;
}

@Injectable()
export class TenantsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: TenantTx, { id, name, quotas, createdAt }: Pick<Tenant, 'id' | 'name' | 'quotas' | 'createdAt'>): Promise<void> {
    await tx.execute`
      INSERT INTO tenants (id, name, quotas, created_at) VALUES (${uuidOf(id)}::uuid, ${name}, ${JSON.stringify(quotas)}::jsonb, ${createdAt})`;
  }

  find(tenantId: TenantId): Promise<Tenant | null> {
    return this.database.forTenant(tenantId, (tx) => this.read(tx));
  }

  /** The one of this unit of work. */
  async read(tx: TenantTx): Promise<Tenant | null> {
    const [row] = await tx.query<TenantRow[]>`
      SELECT id, name, quotas, suspended_at, leaving_since, deleted_at, created_at, version FROM tenants WHERE id = ${uuidOf(tx.tenantId)}::uuid`;
    return row ? toTenant(row) : null;
  }

  /** The same, and nobody changes it or makes a key of it until this transaction ends. */
  async lock(tx: TenantTx): Promise<Tenant | null> {
    const [row] = await tx.query<TenantRow[]>`
      SELECT id, name, quotas, suspended_at, leaving_since, deleted_at, created_at, version FROM tenants WHERE id = ${uuidOf(tx.tenantId)}::uuid FOR NO KEY UPDATE`;
    return row ? toTenant(row) : null;
  }

  /** Of a tenant that is locked. */
  async change(tx: TenantTx, { name, quotas }: Pick<Tenant, 'name' | 'quotas'>): Promise<void> {
    await tx.execute`
      UPDATE tenants SET name = ${name}, quotas = ${JSON.stringify(quotas)}::jsonb, version = version + 1 WHERE id = ${uuidOf(tx.tenantId)}::uuid`;
  }

  async suspend(tx: TenantTx, now: Date): Promise<void> {
    await tx.execute`UPDATE tenants SET suspended_at = ${now}, version = version + 1 WHERE id = ${uuidOf(tx.tenantId)}::uuid`;
  }

  /** Its clocks begin again from here. */
  async resume(tx: TenantTx, now: Date): Promise<void> {
    await tx.execute`
      UPDATE tenants SET suspended_at = NULL, resumed_at = ${now}, version = version + 1 WHERE id = ${uuidOf(tx.tenantId)}::uuid`;
  }

  /** Oldest first, after an id (null: from the beginning). */
  async list(after: TenantId | null, limit: number): Promise<Tenant[]> {
    const rows = await this.database.acrossTenants(
      'the operator lists tenants',
      (tx) => tx.query<TenantRow[]>`
        SELECT id, name, quotas, suspended_at, leaving_since, deleted_at, created_at, version FROM tenants
        WHERE ${after && uuidOf(after)}::uuid IS NULL OR id > ${after && uuidOf(after)}::uuid ORDER BY id LIMIT ${limit}`,
    );
    return rows.map(toTenant);
  }
}

function toTenant({ id, suspended_at, leaving_since, deleted_at, created_at, ...row }: TenantRow): Tenant {
  return { ...row, id: idFrom('ten', id), suspendedAt: suspended_at, leavingSince: leaving_since, deletedAt: deleted_at, createdAt: created_at };
}
