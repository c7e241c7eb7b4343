import { Injectable } from '@nestjs/common';
import type { InstanceId, TenantId } from '#libs/contracts';
import { type ContentTerms, MessageContentsRepository } from '#libs/messaging';
import { lockInstance, type TenantTx } from '#libs/platform';
import { type Decided, Decisions } from './decisions.js';
import { planContentLook, planNextLook } from './plan-next-look.js';
import { RetentionScheduleRepository, type ScheduledStep } from './retention-schedule.repository.js';

/** Decides, and keeps the next deadline of each instance. */
@Injectable()
export class RetentionScheduler {
  constructor(
    private readonly decisions: Decisions,
    private readonly schedule: RetentionScheduleRepository,
    private readonly contents: MessageContentsRepository,
  ) {}

  /** Whether a version is in force, or something is scheduled from an earlier one. Who puts the first one in force decides on all instances afterwards. */
  hasToDecide(tenantId: TenantId, instanceId: InstanceId): Promise<boolean> {
    return this.schedule.hasToDecide(tenantId, instanceId);
  }

  /** Locks these instances (in the order of their ids, so that two of these never wait for each other), decides, and writes down the next step. */
  async reschedule(tx: TenantTx, instanceIds: readonly InstanceId[]): Promise<Decided[]> {
    const locks = [...instanceIds].sort().map((instanceId) => lockInstance(tx, instanceId));
    const [decided] = await Promise.all([this.decisions.look(tx, instanceIds), ...locks]);
    if (decided.length > 0) await Promise.all([this.schedule.write(tx, decided.map(toStep), decided[0]!.at), this.contents.plan(tx, decided.map(toTerms))]);
    return decided;
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

function toTerms({ facts, messages }: Decided): ContentTerms {
  return { instanceId: facts.instanceId, keepFor: messages.keepFor, from: planContentLook(messages) };
}
