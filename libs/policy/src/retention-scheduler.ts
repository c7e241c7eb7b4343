import { Injectable } from '@nestjs/common';
import type { InstanceId, TenantId } from '#libs/contracts';
import { Clock, lockInstance, type TenantTx } from '#libs/platform';
import { ActiveHoldsRepository, decide, PolicyVersions, type RetentionDecision, type RetentionFacts, RetentionFactsRepository } from '#libs/retention';
import { planNextLook } from './plan-next-look.js';
import { RetentionScheduleRepository, type ScheduledStep } from './retention-schedule.repository.js';

export interface Decided {
  facts: RetentionFacts;
  decision: RetentionDecision;
  policyVersion: number;
  /** When it was decided. */
  at: Date;
}

/** Decides from the rows, and keeps the next deadline of each instance. */
@Injectable()
export class RetentionScheduler {
  constructor(
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly facts: RetentionFactsRepository,
    private readonly holds: ActiveHoldsRepository,
    private readonly schedule: RetentionScheduleRepository,
  ) {}

  /** Whether a version is in force, or something is scheduled from an earlier one. Who puts the first one in force decides on all instances afterwards. */
  hasToDecide(tenantId: TenantId, instanceId: InstanceId): Promise<boolean> {
    return this.schedule.hasToDecide(tenantId, instanceId);
  }

  /** Locks these instances (in the order of their ids, so that two of these never wait for each other), decides, and writes down the next step. */
  async reschedule(tx: TenantTx, instanceIds: readonly InstanceId[]): Promise<Decided[]> {
    const locks = [...instanceIds].sort().map((instanceId) => lockInstance(tx, instanceId));
    const [decided] = await Promise.all([this.look(tx, instanceIds), ...locks]);
    if (decided.length > 0) await this.schedule.write(tx, decided.map(toStep), decided[0]!.at);
    return decided;
  }

  /** Statements of their own, in line after the locks: each begins when those are had, and sees what they were waited for. */
  async look(tx: TenantTx, instanceIds: readonly InstanceId[]): Promise<Decided[]> {
    const [policy, holds, all, at] = await Promise.all([
      this.versions.inForce(tx),
      this.holds.on(tx, instanceIds),
      this.facts.of(tx, instanceIds),
      this.clock.now(tx),
    ]);
    return all.map((facts) => {
      const decision = decide(policy, facts, holds, at.getTime(), facts.schedule?.by ?? 'rule');
      return { facts, decision, policyVersion: policy.version, at };
    });
  }
}

function toStep({ facts, decision, policyVersion, at: now }: Decided): ScheduledStep {
  const { action, at } = planNextLook(decision, now.getTime());
  return {
    instanceId: facts.instanceId,
    nextAction: action,
    intent: facts.schedule?.by ?? 'rule',
    nextDueAt: at,
    ruleId: action && decision.rule,
    policyVersion: policyVersion || null,
    cycle: facts.cycle,
    blockedBy: action && (decision.blockers[0]?.code ?? null),
  };
}
