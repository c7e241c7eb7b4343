import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import { BulkReconciler } from './bulk-reconciler.js';
import { type Rescan, RetentionRescansRepository } from './retention-rescans.repository.js';

const TENANTS = 20;
/** Under 0.3 s of locks. */
const CHUNK = 200;

/** A new version reaches every instance of its tenant in chunks. Whoever stops between two of them is continued by anybody. */
@Injectable()
export class RetentionRescan {
  constructor(
    private readonly database: Database,
    private readonly rescans: RetentionRescansRepository,
    private readonly bulk: BulkReconciler,
  ) {}

  /** A chunk of each tenant that waits. False when none does. */
  async step(): Promise<boolean> {
    const pending = await this.rescans.pending(TENANTS);
    for (const rescan of pending) await this.chunk(rescan);
    return pending.length > 0;
  }

  private async chunk(rescan: Rescan): Promise<void> {
    const { tenantId, cursor } = rescan;
    const ids = await this.database.forTenant(tenantId, (tx) => this.rescans.instancesAfter(tx, cursor, CHUNK));
    const last = ids.at(-1);
    if (last) await this.bulk.reschedule(tenantId, ids);
    await this.database.forTenant(tenantId, (tx) => (last ? this.rescans.advance(tx, rescan, last) : this.rescans.finish(tx, rescan)));
  }
}
