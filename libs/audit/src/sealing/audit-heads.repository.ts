import { Injectable } from '@nestjs/common';
import { uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { CompactRange } from '../tree/compact-range.js';

export interface TreeHead {
  range: CompactRange;
  /** how often the tree was rolled back, and one */
  generation: number;
  /** of the last checkpoint of this generation */
  signedSize: number;
}

interface HeadRow {
  size: bigint;
  frontier: Buffer[];
  generation: number;
  signed_size: bigint;
}

/** Where a tenant's tree stands. */
@Injectable()
export class AuditHeadsRepository {
  /** Locked until the transaction ends; null: somebody else is at it. Makes the first one. */
  async lock(tx: TenantTx): Promise<TreeHead | null> {
    const tenantId = uuidOf(tx.tenantId);
    const made = tx.execute`
      INSERT INTO audit_heads (tenant_id) SELECT ${tenantId}::uuid
      WHERE NOT EXISTS (SELECT 1 FROM audit_heads WHERE tenant_id = ${tenantId}::uuid) ON CONFLICT DO NOTHING`;
    const locked = tx.query<HeadRow[]>`
      SELECT size, frontier, generation, signed_size FROM audit_heads WHERE tenant_id = ${tenantId}::uuid FOR UPDATE SKIP LOCKED`;
    const [, [row]] = await Promise.all([made, locked]);
    return row ? toHead(row) : null;
  }

  /** Until nobody else is at it. */
  async wait(tx: TenantTx): Promise<void> {
    await tx.query`SELECT 1 FROM audit_heads WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid FOR UPDATE`;
  }

  /** As it was committed last; null: nothing of the tenant was ever sealed. */
  async read(tx: TenantTx): Promise<TreeHead | null> {
    const [row] = await tx.query<HeadRow[]>`SELECT size, frontier, generation, signed_size FROM audit_heads WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return row ? toHead(row) : null;
  }

  /** Of a locked one. `toSign`: since now there is something that a checkpoint should be over. */
  async grow(tx: TenantTx, { size, frontier }: CompactRange, toSign: boolean): Promise<void> {
    await tx.execute`
      UPDATE audit_heads SET size = ${size}, frontier = ${frontier}::bytea[],
        unsigned_since = CASE WHEN ${toSign} THEN COALESCE(unsigned_since, clock_timestamp()) ELSE unsigned_since END
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
  }
}

const toHead = ({ size, frontier, generation, signed_size }: HeadRow): TreeHead => ({
  range: CompactRange.of(Number(size), frontier),
  generation,
  signedSize: Number(signed_size),
});
