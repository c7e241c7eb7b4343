import { Injectable } from '@nestjs/common';
import type { InstanceEventName, InstanceId, TenantId } from '#libs/contracts';
import { Database, enterPlatformGate, OnLifecycle, type TenantTx, type Woken } from '#libs/platform';
import { isDue, PolicyVersions } from '#libs/retention';
import type { Decided } from './decisions.js';
import { PurgeNotices, wantsNotice } from './removal/purge-notices.js';
import { RetentionActs } from './retention-acts.js';
import { RetentionScheduler } from './retention-scheduler.js';

/** Whatever can change a decision. What is missed here costs delay until the sweep or the daily walk, never truth. */
const WAKERS = [
  'instance.created',
  'instance.renamed',
  'instance.labelled',
  'instance.protected',
  'instance.unprotected',
  'instance.archived',
  'instance.restored',
  'retention.purge_scheduled',
  'retention.purge_cancelled',
  'instance.hold_released',
  'connection.pairing_started',
  'connection.pairing_expired',
  'connection.opened',
  'connection.closed',
] as const satisfies InstanceEventName[];

/** Brings an instance to where the rules want it: reads everything again, decides, writes down the next deadline, and acts when that has come. */
@Injectable()
export class Reconciler {
  constructor(
    private readonly database: Database,
    private readonly versions: PolicyVersions,
    private readonly scheduler: RetentionScheduler,
    private readonly acts: RetentionActs,
    private readonly notices: PurgeNotices,
  ) {}

  @OnLifecycle([...WAKERS], { queue: 'policy.reconcile', collapse: true })
  onChange({ tenantId, instanceId }: Woken<(typeof WAKERS)[number]>): Promise<void> {
    return this.reconcile(tenantId, instanceId);
  }

  /** Safe to run twice and safe to skip. Of a tenant without rules there is nothing to decide, and no lock to be taken for it. */
  async reconcile(tenantId: TenantId, instanceId: InstanceId): Promise<void> {
    if (!(await this.scheduler.hasToDecide(tenantId, instanceId))) return;
    const [decided] = await this.database.forTenant(tenantId, (tx) => this.scheduler.reschedule(tx, [instanceId]));
    if (decided && isToBeDone(decided)) await this.database.forTenant(tenantId, (tx) => this.act(tx, instanceId));
  }

  /** The platform's gate first, then the tenant's rules, then the instance: what is in force when this commits is what decides. */
  private async act(tx: TenantTx, instanceId: InstanceId): Promise<void> {
    await enterPlatformGate(tx);
    await this.versions.lockInForce(tx);
    const [decided] = await this.scheduler.reschedule(tx, [instanceId]);
    if (!decided) return;
    if (isDueNow(decided)) await this.acts.carryOut(tx, decided);
    else if (wantsNotice(decided)) await this.notices.give(tx, decided);
  }
}

const isToBeDone = (decided: Decided) => isDueNow(decided) || wantsNotice(decided);
/** Removals by rule have their turn in a run. */
const isDueNow = ({ facts, decision, at }: Decided) => isDue(decision, at.getTime()) && !(decision.action === 'purge' && facts.schedule?.by === 'rule');
