import { Injectable } from '@nestjs/common';
import { idFrom, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';

export interface Tenant {
  id: TenantId;
  name: string;
  createdAt: Date;
}

interface TenantRow {
  id: string;
  name: string;
  created_at: Date;
}

@Injectable()
export class TenantsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: TenantTx, tenant: Tenant): Promise<void> {
    await tx.execute`
      INSERT INTO tenants (id, name, created_at) VALUES (${uuidOf(tenant.id)}::uuid, ${tenant.name}, ${tenant.createdAt})`;
  }

  async find(tenantId: TenantId): Promise<Tenant | null> {
    const [row] = await this.database.forTenant(
      tenantId,
      (tx) => tx.query<TenantRow[]>`SELECT id, name, created_at FROM tenants WHERE id = ${uuidOf(tenantId)}::uuid`,
    );
    return row ? toTenant(row) : null;
  }

  /** Oldest first, after an id (null: from the beginning). */
  async list(after: TenantId | null, limit: number): Promise<Tenant[]> {
    const rows = await this.database.acrossTenants(
      'the operator lists tenants',
      (tx) => tx.query<TenantRow[]>`
        SELECT id, name, created_at FROM tenants
        WHERE ${after && uuidOf(after)}::uuid IS NULL OR id > ${after && uuidOf(after)}::uuid ORDER BY id LIMIT ${limit}`,
    );
    return rows.map(toTenant);
  }
}

function toTenant({ id, name, created_at }: TenantRow): Tenant {
  return { id: idFrom('ten', id), name, createdAt: created_at };
}
