import { Injectable } from '@nestjs/common';
import { type Actor, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { RetentionDocument, RetentionMode } from './retention-document.js';

export interface PolicyVersion {
  version: number;
  document: RetentionDocument;
  createdAt: Date;
  createdBy: Actor;
  /** Null: a draft. */
  activatedAt: Date | null;
  activatedBy: Actor | null;
  /** Whether this is the one in force. */
  active: boolean;
}

/** Which version is in force; null before the first activation. */
export interface InForce {
  version: number | null;
  activatedAt: Date | null;
}

interface VersionRow {
  version: number;
  document: RetentionDocument;
  created_at: Date;
  created_by: Actor;
  activated_at: Date | null;
  activated_by: Actor | null;
  active: boolean;
}

/** A tenant's versions, and its retention row: which of them is in force. */
@Injectable()
export class RetentionPoliciesRepository {
  /** Locks the tenant's retention row, which orders activations among themselves and before everything that acts. Before any instance's lock. */
  async lock(tx: TenantTx): Promise<InForce> {
    const tenant = uuidOf(tx.tenantId);
    await tx.execute`INSERT INTO tenant_retention (tenant_id) VALUES (${tenant}::uuid) ON CONFLICT DO NOTHING`;
    const [row] = await tx.query<{ version: number | null; activatedAt: Date | null }[]>`
      SELECT active_version AS version, activated_at AS "activatedAt" FROM tenant_retention
      WHERE tenant_id = ${tenant}::uuid FOR NO KEY UPDATE`;
    return row!;
  }

  async inForce(tx: TenantTx): Promise<InForce> {
    const [row] = await tx.query<InForce[]>`
      SELECT active_version AS version, activated_at AS "activatedAt" FROM tenant_retention WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return row ?? { version: null, activatedAt: null };
  }

  async find(tx: TenantTx, version: number): Promise<PolicyVersion | null> {
    const [row] = await tx.query<VersionRow[]>`
      SELECT v.version, v.document, v.created_at, v.created_by, v.activated_at, v.activated_by, v.version IS NOT DISTINCT FROM t.active_version AS active
      FROM policy_versions v LEFT JOIN tenant_retention t ON t.tenant_id = v.tenant_id
      WHERE v.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND v.version = ${version}`;
    return row ? toVersion(row) : null;
  }

  /** Newest first, before a number (null: from the newest). */
  async list(tx: TenantTx, before: number | null, limit: number): Promise<PolicyVersion[]> {
    const rows = await tx.query<VersionRow[]>`
      SELECT v.version, v.document, v.created_at, v.created_by, v.activated_at, v.activated_by, v.version IS NOT DISTINCT FROM t.active_version AS active
      FROM policy_versions v LEFT JOIN tenant_retention t ON t.tenant_id = v.tenant_id
      WHERE v.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${before}::integer IS NULL OR v.version < ${before}::integer)
      ORDER BY v.version DESC LIMIT ${limit}`;
    return rows.map(toVersion);
  }

  /** The newest version if it says the same. */
  async findSame(tx: TenantTx, document: RetentionDocument): Promise<number | null> {
    const [row] = await tx.query<{ version: number; same: boolean }[]>`
      SELECT version, document = ${JSON.stringify(document)}::jsonb AS same FROM policy_versions
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid ORDER BY version DESC LIMIT 1`;
    return row?.same ? row.version : null;
  }

  /** The next number, under the lock of the retention row. */
  async insert(tx: TenantTx, document: RetentionDocument, createdBy: Actor, now: Date): Promise<number> {
    const tenant = uuidOf(tx.tenantId);
    const [row] = await tx.query<{ version: number }[]>`
      INSERT INTO policy_versions (tenant_id, version, document, created_at, created_by)
      SELECT ${tenant}::uuid, COALESCE(max(version), 0) + 1, ${JSON.stringify(document)}::jsonb, ${now}::timestamptz, ${JSON.stringify(createdBy)}::jsonb
      FROM policy_versions WHERE tenant_id = ${tenant}::uuid RETURNING version`;
    return row!.version;
  }

  /** Puts a draft in force, under the lock of the retention row. */
  async activate(tx: TenantTx, version: number, mode: RetentionMode, activatedBy: Actor, now: Date): Promise<void> {
    const tenant = uuidOf(tx.tenantId);
    await tx.execute`
      UPDATE policy_versions SET activated_at = ${now}::timestamptz, activated_by = ${JSON.stringify(activatedBy)}::jsonb
      WHERE tenant_id = ${tenant}::uuid AND version = ${version} AND activated_at IS NULL`;
    await tx.execute`
      UPDATE tenant_retention SET active_version = ${version}, mode = ${mode}, activated_at = ${now}::timestamptz WHERE tenant_id = ${tenant}::uuid`;
  }
}

function toVersion({ version, document, created_at, created_by, activated_at, activated_by, active }: VersionRow): PolicyVersion {
  return { version, document, createdAt: created_at, createdBy: created_by, activatedAt: activated_at, activatedBy: activated_by, active };
}
