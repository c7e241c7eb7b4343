import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { ClockWatch } from './clock/clock-watch.js';
import type { Decided } from './decisions.js';
import { InstanceMover } from './instance-mover.js';
import { PurgeAct } from './removal/purge-act.js';
import { causeOfCancel, PurgeScheduling } from './removal/purge-scheduling.js';
import { RetentionScheduler } from './retention-scheduler.js';

/** Does what was decided, in the transaction that decided it. */
@Injectable()
export class RetentionActs {
  constructor(
    private readonly clock: ClockWatch,
    private readonly mover: InstanceMover,
    private readonly scheduling: PurgeScheduling,
    private readonly purge: PurgeAct,
    private readonly scheduler: RetentionScheduler,
  ) {}

  /** @throws when the clock has jumped since somebody looked: nothing is done, and the next look tells */
  async carryOut(tx: TenantTx, decided: Decided): Promise<void> {
    const { facts, decision, policyVersion } = decided;
    if (decision.action !== 'cancel' && !(await this.clock.trusts(decided.at))) throw new Error('the clock has jumped');
    const actor = actorOf(decided);
    const byRule = { actor, ruleId: decision.rule, policyVersion };
    if (decision.action === 'archive') await this.mover.archive(tx, facts.instanceId, byRule);
    if (decision.action === 'schedule_purge') await this.scheduling.schedule(tx, decided, { intent: 'rule', ...byRule });
    if (decision.action === 'purge') await this.remove(tx, decided, actor);
    if (decision.action === 'cancel') await this.scheduling.cancel(tx, decided, causeOfCancel(facts), actor);
  }

  /** Of what is gone there is nothing more to decide. */
  private async remove(tx: TenantTx, decided: Decided, actor: Actor): Promise<void> {
    await this.purge.carryOut(tx, decided, actor);
    await this.scheduler.reschedule(tx, [decided.facts.instanceId]);
  }
}

/** A rule acts for itself; what a person or the operator asked for, and what rescues an instance, policy carries out. */
function actorOf({ decision, policyVersion }: Decided): Actor {
  return decision.rule === null ? { kind: 'system', id: 'policy' } : { kind: 'rule', id: `policy/${policyVersion}/${decision.rule}` };
}
