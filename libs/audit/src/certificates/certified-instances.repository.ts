import { Injectable } from '@nestjs/common';
import { type CertificateId, idFrom, type InstanceId, isId, uuidOf } from '#libs/contracts';
import { seesInstance, type TenantTx } from '#libs/platform';

/** Which instance an id is about, among those of the caller's environment: what is purged still has its head. */
@Injectable()
export class CertifiedInstancesRepository {
  /** Null: no removal has this certificate. */
  async destroyed(tx: TenantTx, id: CertificateId): Promise<InstanceId | null> {
    const [row] = await tx.query<{ instance_id: string }[]>`
      SELECT j.instance_id FROM journal j JOIN instance_heads h ON h.tenant_id = j.tenant_id AND h.instance_id = j.instance_id
      WHERE j.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND j.type IN ('instance.purged', 'instance.erased') AND j.data->>'certificateId' = ${id} LIMIT 1`;
    return row ? idFrom('ins', row.instance_id) : null;
  }

  /** Null: there is no such instance, and never was. */
  async existing(tx: TenantTx, id: string): Promise<InstanceId | null> {
    return isId('ins', id) && (await seesInstance(tx, id)) ? id : null;
  }
}
