import { Injectable } from '@nestjs/common';
import type { Actor, EventId, InstanceId } from '#libs/contracts';
import { Clock, lockInstance, type TenantTx } from '#libs/platform';
import { ActiveHoldsRepository, decide, PolicyVersions, type RetentionFacts, RetentionFactsRepository } from '#libs/retention';
import { PurgeScheduling } from '../removal/purge-scheduling.js';

/** Brings the instances of a tenant that leaves into the schedule, by the very decision that rules are decided by. */
@Injectable()
export class TenantRemovals {
  constructor(
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly facts: RetentionFactsRepository,
    private readonly holds: ActiveHoldsRepository,
    private readonly scheduling: PurgeScheduling,
  ) {}

  /** After the rules are locked. What a rule or a person has scheduled gives way. `at` null: not scheduled, for this reason. */
  async schedule(tx: TenantTx, instanceId: InstanceId, { actor, causationId }: { actor: Actor; causationId?: EventId }): Promise<{ at: Date | null; reason: string | null }> {
    await lockInstance(tx, instanceId);
    const [facts] = await this.facts.of(tx, [instanceId]);
    const at = await this.clock.now(tx);
    if (!facts || facts.lifecycle === 'purged' || facts.schedule?.by === 'tenant') return { at, reason: null };
    const [policy, holds] = [await this.versions.inForce(tx), await this.holds.on(tx, [instanceId])];
    const [blocker] = decide(policy, facts, holds, at.getTime(), 'tenant').blockers;
    if (blocker) return { at: null, reason: blocker.code };
    await this.scheduling.schedule(tx, { facts: await this.free(tx, facts, at, actor), at }, { intent: 'tenant', actor, ruleId: null, policyVersion: null, causationId });
    return { at, reason: null };
  }

  private async free(tx: TenantTx, facts: RetentionFacts, at: Date, actor: Actor): Promise<RetentionFacts> {
    if (facts.lifecycle !== 'purge_scheduled') return facts;
    await this.scheduling.cancel(tx, { facts, at }, 'person', actor);
    const [present] = await this.facts.of(tx, [facts.instanceId]);
    return present!;
  }
}
