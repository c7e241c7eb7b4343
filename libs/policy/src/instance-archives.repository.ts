import { Injectable } from '@nestjs/common';
import { type InstanceId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';

/** The column `archive` of `instance_payload`, whose row lives from creation to purge. */
@Injectable()
export class InstanceArchivesRepository {
  async put(tx: TenantTx, instanceId: InstanceId, archive: Buffer): Promise<void> {
    await tx.execute`
      UPDATE instance_payload SET archive = ${archive}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }

  async find(tx: TenantTx, instanceId: InstanceId): Promise<Uint8Array | null> {
    const [row] = await tx.query<{ archive: Uint8Array | null }[]>`
      SELECT archive FROM instance_payload WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
    return row?.archive ?? null;
  }

  async clear(tx: TenantTx, instanceId: InstanceId): Promise<void> {
    await tx.execute`
      UPDATE instance_payload SET archive = NULL
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }
}
