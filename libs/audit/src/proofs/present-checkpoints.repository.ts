import { Injectable } from '@nestjs/common';
import { uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { SignedSize } from '../exports/export-source.js';

/** Checkpoints of the log as it is now: those of before a restored backup are of another one, and lead nowhere here. */
@Injectable()
export class PresentCheckpointsRepository {
  /** Null: nothing was signed. */
  async newest(tx: TenantTx): Promise<SignedSize | null> {
    const rows = await tx.query<SignedRow[]>`
      SELECT c.size, c.note FROM audit_checkpoints c JOIN audit_heads h USING (tenant_id, generation)
      WHERE c.tenant_id = ${uuidOf(tx.tenantId)}::uuid ORDER BY c.size DESC LIMIT 1`;
    return rows.map(toSigned)[0] ?? null;
  }

  /** Of sizes from..to, both included, in order. */
  async between(tx: TenantTx, from: number, to: number): Promise<SignedSize[]> {
    const rows = await tx.query<SignedRow[]>`
      SELECT c.size, c.note FROM audit_checkpoints c JOIN audit_heads h USING (tenant_id, generation)
      WHERE c.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND c.size >= ${from} AND c.size <= ${to} ORDER BY c.size`;
    return rows.map(toSigned);
  }
}

interface SignedRow {
  size: bigint;
  note: string;
}

const toSigned = ({ size, note }: SignedRow): SignedSize => ({ size: Number(size), note });
