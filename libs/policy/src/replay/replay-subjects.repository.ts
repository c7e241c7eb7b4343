import { Injectable } from '@nestjs/common';
import { type Environment, idFrom, type InstanceId, NIL_UUID, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';

export interface ReplaySubject {
  instanceId: InstanceId;
  environment: Environment;
}

/** Every instance there ever was, also those that are gone, in the order of their ids: `instance_heads` lives for ever. */
@Injectable()
export class ReplaySubjectsRepository {
  async after(tx: TenantTx, after: InstanceId | null, limit: number): Promise<ReplaySubject[]> {
    const rows = await tx.query<{ instance_id: string; environment: Environment }[]>`
      SELECT instance_id, environment FROM instance_heads
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id > ${after ? uuidOf(after) : NIL_UUID}::uuid ORDER BY instance_id LIMIT ${limit}`;
    return rows.map(({ instance_id, environment }) => ({ instanceId: idFrom('ins', instance_id), environment }));
  }
}
