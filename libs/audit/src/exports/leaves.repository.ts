import { Injectable } from '@nestjs/common';
import { uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';

/** The leaves among `audit_nodes`, as they are: where one is missing, too. */
@Injectable()
export class LeavesRepository {
  /** By position. */
  async at(tx: TenantTx, positions: readonly number[]): Promise<Map<number, Buffer>> {
    if (positions.length === 0) return new Map();
    const rows = await tx.query<{ index: bigint; hash: Buffer }[]>`
      SELECT index, hash FROM audit_nodes
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND level = 0 AND index = ANY(${positions.map((position) => position - 1)}::bigint[])`;
    return new Map(rows.map(({ index, hash }) => [Number(index) + 1, hash]));
  }
}
