import { Injectable, Logger } from '@nestjs/common';
import type { InstanceId, TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { RetentionScheduler } from './retention-scheduler.js';

/** Decides many instances of a tenant again. What turns out to be due is the sweep's to do. */
@Injectable()
export class BulkReconciler {
  private readonly log = new Logger(BulkReconciler.name);

  constructor(
    private readonly database: Database,
    private readonly scheduler: RetentionScheduler,
  ) {}

  /** One transaction for all; if that fails, one for each, so that one bad row stops nothing but itself. */
  async reschedule(tenantId: TenantId, instanceIds: readonly InstanceId[]): Promise<void> {
    try {
      await this.database.forTenant(tenantId, (tx) => this.scheduler.reschedule(tx, instanceIds));
    } catch (error) {
      this.log.warn(`deciding ${instanceIds.length} instances of ${tenantId} at once failed, each is tried alone: ${(error as Error).message}`);
      for (const instanceId of instanceIds) await this.rescheduleOne(tenantId, instanceId);
    }
  }

  private async rescheduleOne(tenantId: TenantId, instanceId: InstanceId): Promise<void> {
    try {
      await this.database.forTenant(tenantId, (tx) => this.scheduler.reschedule(tx, [instanceId]));
    } catch (error) {
      this.log.error({ err: error, tenantId, instanceId }, 'an instance could not be decided and waits for the next walk');
    }
  }
}
