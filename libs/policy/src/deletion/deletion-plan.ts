import { Injectable } from '@nestjs/common';
import { type Actor, type EventId, type InstanceId, type PurgeId, Sessions } from '#libs/contracts';
import { Clock, enterPlatformGate, lockInstance, type TenantTx } from '#libs/platform';
import { ActiveHoldsRepository, decide, PolicyVersions, type RetentionFacts, RetentionFactsRepository } from '#libs/retention';
import { PurgeScheduling } from '../removal/purge-scheduling.js';
import { DeletionBlocked, LogoutImpossible } from './deletion.errors.js';

/** Brings a person's deletion into the schedule, by the very decision that rules are decided by, and out of it again. */
@Injectable()
export class DeletionPlan {
  constructor(
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly facts: RetentionFactsRepository,
    private readonly holds: ActiveHoldsRepository,
    private readonly scheduling: PurgeScheduling,
    private readonly sessions: Sessions,
  ) {}

  /** To be called before the instance is locked. */
  async lockRules(tx: TenantTx): Promise<void> {
    await enterPlatformGate(tx);
    await this.versions.lockInForce(tx);
  }

  /** Its grace begins; what a rule has scheduled gives way. `logout`: the session logs out of WhatsApp at once. @throws DeletionBlocked, LogoutImpossible */
  async schedule(tx: TenantTx, facts: RetentionFacts, actor: Actor, { logout = false, causationId }: { logout?: boolean; causationId?: EventId }): Promise<PurgeId> {
    const at = await this.clock.now(tx);
    const [policy, holds] = [await this.versions.inForce(tx), await this.holds.on(tx, [facts.instanceId])];
    const { blockers } = decide(policy, facts, holds, at.getTime(), 'person');
    if (blockers.length > 0) throw new DeletionBlocked(blockers);
    if (logout && !(await this.sessions.logOutWhenStopped(tx, facts.instanceId))) throw new LogoutImpossible();
    if (facts.lifecycle === 'purge_scheduled') await this.scheduling.cancel(tx, { facts, at }, 'person', actor);
    const [present] = await this.facts.of(tx, [facts.instanceId]);
    return this.scheduling.schedule(tx, { facts: present!, at }, { intent: 'person', actor, ruleId: null, policyVersion: null, causationId, logout });
  }

  /** Locks the instance. False when it is gone. */
  async lockScheduled(tx: TenantTx, instanceId: InstanceId): Promise<boolean> {
    await lockInstance(tx, instanceId);
    const [facts] = await this.facts.of(tx, [instanceId]);
    return facts !== undefined && facts.lifecycle !== 'purged';
  }

  /** Nothing when it was taken back already. */
  async takeBack(tx: TenantTx, instanceId: InstanceId, actor: Actor): Promise<void> {
    const [facts] = await this.facts.of(tx, [instanceId]);
    if (facts?.schedule?.by === 'person') await this.scheduling.cancel(tx, { facts, at: await this.clock.now(tx) }, 'person', actor);
  }
}
