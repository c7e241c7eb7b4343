import { Injectable } from '@nestjs/common';
import { type Caller, isId, type KeyId } from '#libs/contracts';
import { Clock, Journal, type TenantTx } from '#libs/platform';
import { PolicyVersions } from '#libs/retention';
import { KeyLineage } from '#libs/tenants';
import { RetentionScheduler } from '../retention-scheduler.js';
import { PurgeAgreementsRepository } from './purge-agreements.repository.js';
import { ApprovalNotIndependent } from './purges.errors.js';
import type { Purge } from './purges.repository.js';

/** Approvals, under the instance's lock. */
@Injectable()
export class ApprovalBook {
  constructor(
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly versions: PolicyVersions,
    private readonly lineage: KeyLineage,
    private readonly agreements: PurgeAgreementsRepository,
    private readonly scheduler: RetentionScheduler,
  ) {}

  /** @throws ApprovalNotIndependent */
  async approve(tx: TenantTx, purge: Purge, { keyId, actor }: Caller): Promise<void> {
    const { id: purgeId, instanceId, scheduledAt } = purge;
    const requester = await this.requesterOf(tx, purge);
    if (requester && !(await this.lineage.isIndependent(tx, keyId, requester, scheduledAt))) throw new ApprovalNotIndependent();
    await this.agreements.approve(tx, purgeId, keyId, await this.clock.now(tx));
    await this.journal.append(tx, { type: 'retention.approval_granted', instanceId, actor, data: { purgeId, keyId } });
    await this.scheduler.reschedule(tx, [instanceId]);
  }

  /** Who confirmed the deletion, or who put the rule in force; null: no key of the tenant. */
  private async requesterOf(tx: TenantTx, { scheduledBy, policyVersion }: Purge): Promise<KeyId | null> {
    const { id } = policyVersion === null ? scheduledBy : ((await this.versions.activatedBy(tx, policyVersion)) ?? scheduledBy);
    return isId('key', id) ? id : null;
  }
}
