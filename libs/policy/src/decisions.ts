import { Injectable } from '@nestjs/common';
import type { InstanceId } from '#libs/contracts';
import { Clock, type TenantTx } from '#libs/platform';
import { ActiveHoldsRepository, decide, decideMessages, isDue, type MessageDecision, PolicyVersions, type RetentionDecision, type RetentionFacts, RetentionFactsRepository } from '#libs/retention';

export interface Decided {
  facts: RetentionFacts;
  decision: RetentionDecision;
  /** Of the content of its messages. */
  messages: MessageDecision;
  policyVersion: number;
  /** When it was decided. */
  at: Date;
}

/** What is decided of instances, from the rows as they are. */
@Injectable()
export class Decisions {
  constructor(
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly facts: RetentionFactsRepository,
    private readonly holds: ActiveHoldsRepository,
  ) {}

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
      return { facts, decision, messages: decideMessages(policy, facts, holds, at.getTime()), policyVersion: policy.version, at };
    });
  }
}

/** Whether its removal is what comes next, and may be carried out at the instant it was decided. */
export const isRemovalDue = ({ decision, at }: Decided): boolean => decision.action === 'purge' && isDue(decision, at.getTime());
