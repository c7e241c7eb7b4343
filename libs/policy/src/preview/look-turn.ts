import type { TenantTx } from '#libs/platform';
import { PolicyLookUnderWay } from '../policy.errors.js';

/**
 * One look at everything per tenant at a time: it is seconds of work, and many at once would be everybody's. Until the transaction ends.
 * @throws PolicyLookUnderWay
 */
export async function takeLookTurn(tx: TenantTx): Promise<void> {
  const [row] = await tx.query<{ had: boolean }[]>`SELECT pg_try_advisory_xact_lock(hashtextextended(${`policy look|${tx.tenantId}`}, 0)) AS had`;
  if (!row?.had) throw new PolicyLookUnderWay();
}
