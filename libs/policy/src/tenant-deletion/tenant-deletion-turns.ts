import { Injectable, Logger } from '@nestjs/common';
import type { Actor, InstanceId } from '#libs/contracts';
import { Database, enterPlatformGate, Journal, type TenantTx } from '#libs/platform';
import { PolicyVersions } from '#libs/retention';
import { TenantForgetting } from './tenant-forgetting.js';
import { TenantRemovals } from './tenant-removals.js';
import { type OpenTenantDeletion, type TenantDeletion, TenantDeletionsRepository } from './tenant-deletions.repository.js';

const DELETION: Actor = { kind: 'system', id: 'tenant-deletion' };

/** The steps of a tenant's deletion, each in a transaction of its own. */
@Injectable()
export class TenantDeletionTurns {
  private readonly log = new Logger(TenantDeletionTurns.name);

  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
    private readonly versions: PolicyVersions,
    private readonly deletions: TenantDeletionsRepository,
    private readonly removals: TenantRemovals,
    private readonly forgetting: TenantForgetting,
  ) {}

  /** Schedules the removal of one instance, or notes what stands in the way. Whether it is scheduled; one that fails is left for the next time. */
  async take({ tenantId, id }: OpenTenantDeletion, instanceId: InstanceId): Promise<boolean> {
    try {
      return await this.database.forTenant(tenantId, async (tx) => {
        await this.lockRules(tx);
        const underWay = await this.underWay(tx, id);
        if (!underWay) return true;
        const { at, reason } = await this.removals.schedule(tx, instanceId, { actor: DELETION, causationId: underWay.confirmedEvent ?? undefined });
        await this.deletions.note(tx, id, instanceId, at, reason);
        return at !== null;
      });
    } catch (error) {
      this.log.error({ err: error, tenantId, instanceId }, 'a removal could not be scheduled and is tried again');
      return false;
    }
  }

  /** When its grace is over and the last of its instances is erased, the tenant itself goes. False as long as anything stands in the way. */
  finish({ tenantId, id }: OpenTenantDeletion): Promise<boolean> {
    return this.database.forTenant(tenantId, async (tx) => {
      await this.lockRules(tx);
      const underWay = await this.underWay(tx, id);
      if (!underWay) return true;
      if (!(await this.deletions.isReadyToEnd(tx, id))) return false;
      await this.deletions.end(tx, id, 'deleted', await this.forgetting.forget(tx));
      await this.journal.appendOfTenant(tx, { type: 'tenant.deleted', actor: DELETION, causationId: underWay.confirmedEvent ?? undefined, data: { deletionId: id } });
      return true;
    });
  }

  private async lockRules(tx: TenantTx): Promise<void> {
    await enterPlatformGate(tx);
    await this.versions.lockInForce(tx);
  }

  /** Under the lock that a cancel takes. */
  private async underWay(tx: TenantTx, id: OpenTenantDeletion['id']): Promise<TenantDeletion | undefined> {
    return (await this.deletions.list(tx)).find((deletion) => deletion.id === id && deletion.status === 'confirmed');
  }
}
