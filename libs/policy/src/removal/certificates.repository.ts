import { Injectable } from '@nestjs/common';
import { type CertificateId, type Environment, idFrom, type InstanceId, type PurgeId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';

/** What proves a removal. Nothing personal. */
export interface Certificate {
  id: CertificateId;
  purgeId: PurgeId;
  instanceId: InstanceId;
  environment: Environment;
  /** what decide() answered in the transaction of the purge, and what it was asked about */
  decision: object;
  keysDestroyedAt: Date;
}

/** With what the erasure has added. */
export interface KeptCertificate extends Certificate {
  /** null: there are more */
  rowsErasedAt: Date | null;
  /** by table, until now */
  rowsErased: Record<string, number>;
}

interface CertificateRow {
  id: string;
  purge_id: string;
  instance_id: string;
  environment: Environment;
  decision: object;
  keys_destroyed_at: Date;
  rows_erased_at: Date | null;
  rows_erased: Record<string, number> | null;
}

/** The table `purge_certificates`. */
@Injectable()
export class CertificatesRepository {
  async insert(tx: TenantTx, { id, purgeId, instanceId, environment, decision, keysDestroyedAt }: Certificate): Promise<void> {
    await tx.execute`
      INSERT INTO purge_certificates (tenant_id, id, purge_id, instance_id, environment, decision, keys_destroyed_at)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${uuidOf(purgeId)}::uuid, ${uuidOf(instanceId)}::uuid, ${environment},
              ${JSON.stringify(decision)}::jsonb, ${keysDestroyedAt}::timestamptz)`;
  }

  /** Null: it was never purged. */
  async find(tx: TenantTx, instanceId: InstanceId): Promise<KeptCertificate | null> {
    const [row] = await tx.query<CertificateRow[]>`
      SELECT id, purge_id, instance_id, environment, decision, keys_destroyed_at, rows_erased_at, rows_erased FROM purge_certificates
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
    return row ? toCertificate(row) : null;
  }

  /** Locks it. Null: there is none that still has rows to be erased. */
  async lockUnfinished(tx: TenantTx, instanceId: InstanceId): Promise<{ id: CertificateId; rows: Record<string, number> } | null> {
    const [row] = await tx.query<{ id: string; rows_erased: Record<string, number> | null }[]>`
      SELECT id, rows_erased FROM purge_certificates
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND rows_erased_at IS NULL FOR UPDATE`;
    return row ? { id: idFrom('crt', row.id), rows: row.rows_erased ?? {} } : null;
  }

  /** How many rows went, by table; `at` null: there are more. */
  async noteErased(tx: TenantTx, id: CertificateId, rows: Record<string, number>, at: Date | null): Promise<void> {
    await tx.execute`
      UPDATE purge_certificates SET rows_erased = ${JSON.stringify(rows)}::jsonb, rows_erased_at = ${at}::timestamptz
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
  }
}

function toCertificate(row: CertificateRow): KeptCertificate {
  return {
    id: idFrom('crt', row.id),
    purgeId: idFrom('pur', row.purge_id),
    instanceId: idFrom('ins', row.instance_id),
    environment: row.environment,
    decision: row.decision,
    keysDestroyedAt: row.keys_destroyed_at,
    rowsErasedAt: row.rows_erased_at,
    rowsErased: row.rows_erased ?? {},
  };
}
