import { Injectable } from '@nestjs/common';
import { newId } from '#libs/contracts';
import { InstanceLifecycle } from '#libs/instances';
import { Database, enterPlatformGate, type TenantTx } from '#libs/platform';
import { PolicyVersions, type RetentionDecision } from '#libs/retention';
import type { Decided } from '../decisions.js';
import { PurgeAct } from '../removal/purge-act.js';
import { PurgesRepository } from '../removal/purges.repository.js';
import { RetentionScheduler } from '../retention-scheduler.js';
import { HoldsOfThePast } from './holds-of-the-past.js';
import type { Tombstone } from './tombstone.js';
import { TOMBSTONES } from './tombstones.actor.js';

/**
 * Purges what was purged before and has come back with a backup. Nothing is decided anew, so no guard is asked (docs/adr/0024): it was allowed when
 * it was done, and what was done has no way back.
 */
@Injectable()
export class PurgeAgain {
  constructor(
    private readonly database: Database,
    private readonly versions: PolicyVersions,
    private readonly scheduler: RetentionScheduler,
    private readonly lifecycle: InstanceLifecycle,
    private readonly purges: PurgesRepository,
    private readonly holds: HoldsOfThePast,
    private readonly act: PurgeAct,
  ) {}

  /** False when somebody else has done it. */
  purge({ tenantId, instanceId, purgedAt, certificateId }: Tombstone): Promise<boolean> {
    return this.database.forTenant(tenantId, async (tx) => {
      await enterPlatformGate(tx);
      await this.versions.lockInForce(tx);
      const [present] = await this.scheduler.reschedule(tx, [instanceId]);
      if (!present || present.facts.lifecycle === 'purged') return false;
      await this.holds.release(tx, instanceId, present.at);
      if (present.facts.lifecycle !== 'purge_scheduled') await this.schedule(tx, present);
      await this.act.carryOut(tx, { ...present, decision: asDecided(purgedAt) }, TOMBSTONES, { tombstone: { purgedAt, certificateId } });
      await this.scheduler.reschedule(tx, [instanceId]);
      return true;
    });
  }

  /** There is no other way to be purged; what a rule or a person had scheduled is carried out as it stands. */
  private async schedule(tx: TenantTx, { facts, at }: Decided): Promise<void> {
    const { instanceId, environment, lifecycle: from, cycle } = facts;
    await this.lifecycle.move(tx, { instanceId, from, to: 'purge_scheduled', desiredState: 'stopped', purge: { intent: 'tombstone', cycle } });
    const nobody = { ruleId: null, policyVersion: null, logout: 'not_asked' as const, status: 'scheduled' as const, endedAt: null, endedBy: null };
    await this.purges.insert(tx, { id: newId('pur'), instanceId, environment, intent: 'tombstone', cycle, scheduledAt: at, scheduledBy: TOMBSTONES, scheduledEvent: null, ...nobody });
  }
}

const asDecided = (purgedAt: string): RetentionDecision => ({ action: 'purge', dueAt: Date.parse(purgedAt), rule: null, blockers: [], losers: [] });
