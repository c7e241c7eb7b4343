import { Injectable } from '@nestjs/common';
import { type Actor, type EventId, newId, type PurgeId, type RemovalIntent } from '#libs/contracts';
import { InstanceLifecycle } from '#libs/instances';
import { Journal, nextCycle, type TenantTx } from '#libs/platform';
import type { RetentionFacts } from '#libs/retention';
import type { Decided } from '../decisions.js';
import { RetentionScheduler } from '../retention-scheduler.js';
import { type Purge, PurgesRepository } from './purges.repository.js';

/** Who asks for a removal, and by which rule of which version when it is a rule. */
export interface PurgeOrder {
  intent: RemovalIntent;
  actor: Actor;
  ruleId: string | null;
  policyVersion: number | null;
  /** where it was not asked for here and now: the entry in which somebody confirmed it */
  causationId?: EventId;
  /** a person wants the device to leave the WhatsApp account, too */
  logout?: boolean;
}

/** Schedules removals and takes them back, in the caller's transaction and under the instance's lock. Whether that may happen, the caller has decided. */
@Injectable()
export class PurgeScheduling {
  constructor(
    private readonly journal: Journal,
    private readonly lifecycle: InstanceLifecycle,
    private readonly purges: PurgesRepository,
    private readonly scheduler: RetentionScheduler,
  ) {}

  /** By rule the session goes on: a connection rescues it. A person's deletion stops it. */
  async schedule(tx: TenantTx, { facts, at }: Pick<Decided, 'facts' | 'at'>, { intent, actor, ruleId, policyVersion, causationId, logout }: PurgeOrder): Promise<PurgeId> {
    const { instanceId, environment, lifecycle: from, cycle } = facts;
    const desiredState = intent === 'rule' ? facts.desiredState : 'stopped';
    await this.move(tx, { instanceId, from, to: 'purge_scheduled', desiredState, purge: { intent, cycle } });
    const ended = { logout: logout ? ('asked' as const) : ('not_asked' as const), status: 'scheduled' as const, endedAt: null, endedBy: null };
    const id = newId('evt');
    const purge: Purge = { id: newId('pur'), instanceId, environment, intent, ruleId, policyVersion, cycle, scheduledAt: at, scheduledBy: actor, scheduledEvent: id, ...ended };
    await this.purges.insert(tx, purge);
    const [decided] = await this.scheduler.reschedule(tx, [instanceId]);
    const dueAt = decided?.decision.dueAt ?? null;
    const data = { purgeId: purge.id, intent, ruleId, policyVersion, dueAt: dueAt === null ? null : new Date(dueAt).toISOString() };
    await this.journal.append(tx, { id, type: 'retention.purge_scheduled', instanceId, actor, causationId, data });
    if (logout) await this.journal.append(tx, { type: 'connection.logout_requested', instanceId, actor, causationId: id, data: { purgeId: purge.id } });
    return purge.id;
  }

  /** Back to where it was, in a new cycle: what was arranged for the removal is void. */
  async cancel(tx: TenantTx, { facts, at }: Pick<Decided, 'facts' | 'at'>, cause: 'in_use' | 'rules' | 'person', actor: Actor): Promise<void> {
    const { instanceId, lifecycleFrom, desiredState } = facts;
    await this.move(tx, { instanceId, from: 'purge_scheduled', to: lifecycleFrom ?? 'active', desiredState });
    await nextCycle(tx, instanceId);
    const purge = await this.purges.end(tx, instanceId, 'cancelled', at, actor);
    if (!purge) throw new Error(`${instanceId} is scheduled for a purge that is not there`);
    await this.journal.append(tx, { type: 'retention.purge_cancelled', instanceId, actor, data: { purgeId: purge.id, cause } });
    await this.scheduler.reschedule(tx, [instanceId]);
  }

  private async move(tx: TenantTx, transition: Parameters<InstanceLifecycle['move']>[1]): Promise<void> {
    if (!(await this.lifecycle.move(tx, transition))) throw new Error(`${transition.instanceId} is not ${transition.from} under its own lock`);
  }
}

/** Why a scheduled removal is taken back without anybody asking for it. */
export function causeOfCancel({ settledState, schedule, cycle, tenantLeaving }: RetentionFacts): 'in_use' | 'rules' | 'person' {
  if (schedule?.by === 'tenant' && !tenantLeaving) return 'person';
  return settledState === 'connected' || schedule?.cycle !== cycle ? 'in_use' : 'rules';
}

