import { Injectable } from '@nestjs/common';
import type { InstanceId, TenantId } from '#libs/contracts';
import { BulkReconciler } from './bulk-reconciler.js';
import { RetentionWalkRepository, type WalkPosition } from './retention-walk.repository.js';

const CHUNK = 100;

/**
 * Once a day everything is decided again, slowly, so that even a deadline that was lost is found. Its weakness: at a chunk a second a
 * million instances take three hours.
 */
@Injectable()
export class RetentionWalk {
  constructor(
    private readonly walk: RetentionWalkRepository,
    private readonly bulk: BulkReconciler,
  ) {}

  /** The next chunk; nothing while no walk is under way. */
  async step(): Promise<void> {
    const current = await this.walk.current();
    if (!current) return;
    const chunk = await this.walk.instancesAfter(current.after, CHUNK);
    for (const [tenantId, ids] of byTenant(chunk)) await this.bulk.reschedule(tenantId, ids);
    await this.walk.advance(current.after, chunk.at(-1) ?? null);
  }
}

function byTenant(chunk: readonly WalkPosition[]): Map<TenantId, InstanceId[]> {
  const groups = new Map<TenantId, InstanceId[]>();
  for (const { tenantId, instanceId } of chunk) groups.set(tenantId, [...(groups.get(tenantId) ?? []), instanceId]);
  return groups;
}
