import { Injectable } from '@nestjs/common';
import { type Actor, type EventId, type InstanceId, type Lifecycle, QuotaKeeper } from '#libs/contracts';
import { InstanceLifecycle } from '#libs/instances';
import { Journal, nextCycle, type TenantTx } from '#libs/platform';
import { InstanceArchives } from './instance-archives.js';
import { RetentionScheduler } from './retention-scheduler.js';

/** Who archives, and by which rule of which version when it is a rule. */
export interface ArchivedBy {
  actor: Actor;
  ruleId: string | null;
  policyVersion: number | null;
  /** where it was not asked for here and now: the entry in which somebody confirmed it */
  causationId?: EventId;
}

/** Archives and restores, in the caller's transaction and under the instance's lock. Whether that may happen, the caller has decided. */
@Injectable()
export class InstanceMover {
  constructor(
    private readonly journal: Journal,
    private readonly lifecycle: InstanceLifecycle,
    private readonly archives: InstanceArchives,
    private readonly scheduler: RetentionScheduler,
    private readonly quotas: QuotaKeeper,
  ) {}

  async archive(tx: TenantTx, instanceId: InstanceId, { actor, ruleId, policyVersion, causationId }: ArchivedBy): Promise<void> {
    await this.move(tx, instanceId, 'active', 'archived', 'stopped');
    await this.archives.seal(tx, instanceId);
    await this.journal.append(tx, { type: 'instance.archived', instanceId, actor, causationId, data: { ruleId, policyVersion } });
    await this.scheduler.reschedule(tx, [instanceId]);
  }

  /** A new cycle: what was arranged before the restore is void. @throws a Problem when the tenant has as many instances as it may */
  async restore(tx: TenantTx, instanceId: InstanceId, actor: Actor, started: boolean): Promise<void> {
    await this.archives.unseal(tx, instanceId);
    await this.move(tx, instanceId, 'archived', 'active', started ? 'running' : 'stopped');
    await nextCycle(tx, instanceId);
    await this.journal.append(tx, { type: 'instance.restored', instanceId, actor, data: { started } });
    if (started) await this.journal.append(tx, { type: 'instance.started', instanceId, actor, data: {} });
    await this.scheduler.reschedule(tx, [instanceId]);
    await this.quotas.requireRoomForInstances(tx);
  }

  private async move(tx: TenantTx, instanceId: InstanceId, from: Lifecycle, to: Lifecycle, desiredState: 'running' | 'stopped'): Promise<void> {
    const moved = await this.lifecycle.move(tx, { instanceId, from, to, desiredState });
    if (!moved) throw new Error(`${instanceId} is not ${from} under its own lock`);
  }
}
