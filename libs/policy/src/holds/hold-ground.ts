import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/contracts';
import { InstanceNotFound, Journal, lockInstance, type TenantTx } from '#libs/platform';
import { PolicyVersions, RetentionFactsRepository, type StoredHold } from '#libs/retention';
import { CertificatesRepository } from '../removal/certificates.repository.js';
import { RescanRequests } from '../rescan-requests.js';
import { RetentionScheduler } from '../retention-scheduler.js';
import type { HoldTarget } from './hold-target.js';
import { HoldTooLate } from './holds.errors.js';

const OF_TENANT = { placed: 'hold.placed', released: 'hold.released' } as const;
const OF_INSTANCE = { placed: 'instance.hold_placed', released: 'instance.hold_released' } as const;

/** What a hold stands on: the lock that a removal of what it covers takes, too, and the decisions that it changes. */
@Injectable()
export class HoldGround {
  constructor(
    private readonly journal: Journal,
    private readonly versions: PolicyVersions,
    private readonly facts: RetentionFactsRepository,
    private readonly scheduler: RetentionScheduler,
    private readonly rescans: RescanRequests,
    private readonly certificates: CertificatesRepository,
  ) {}

  /** The instance itself, or the tenant's retention row: a removal holds both until it is committed. @throws InstanceNotFound */
  async lock(tx: TenantTx, { instanceId }: Pick<HoldTarget, 'instanceId'>): Promise<void> {
    if (instanceId === null) await this.versions.lockInForce(tx);
    else await lockInstance(tx, instanceId);
  }

  /** @throws InstanceNotFound, HoldTooLate */
  async lockToHold(tx: TenantTx, target: HoldTarget): Promise<void> {
    await this.lock(tx, target);
    if (target.instanceId === null) return;
    const [facts] = await this.facts.of(tx, [target.instanceId]);
    if (!facts) throw new InstanceNotFound();
    if (facts.lifecycle === 'purged') throw new HoldTooLate((await this.certificates.find(tx, target.instanceId))!);
  }

  /** Journals it, and has what it covers decided again. */
  async announce(tx: TenantTx, { id: holdId, scope, instanceId }: StoredHold, what: 'placed' | 'released', actor: Actor): Promise<void> {
    if (instanceId === null) {
      await this.journal.appendOfTenant(tx, { type: OF_TENANT[what], actor, data: { holdId, scope: scope as 'selector' | 'tenant' } });
      await this.rescans.add(tx);
    } else {
      await this.journal.append(tx, { type: OF_INSTANCE[what], instanceId, actor, data: { holdId } });
      await this.scheduler.reschedule(tx, [instanceId]);
    }
  }
}
