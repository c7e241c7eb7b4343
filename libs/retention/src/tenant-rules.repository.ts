import { Injectable } from '@nestjs/common';
import { uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';

/** What a tenant has of rules, for one that is deleted: the database lets it go of nobody else. */
@Injectable()
export class TenantRulesRepository {
  /** Its versions, and what was held once: reasons are what people wrote. */
  async forget(tx: TenantTx): Promise<void> {
    await tx.execute`DELETE FROM tenant_retention WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    await tx.execute`DELETE FROM policy_versions WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    await tx.execute`DELETE FROM hold_history WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
  }
}
