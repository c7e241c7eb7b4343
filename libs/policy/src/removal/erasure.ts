import { Injectable } from '@nestjs/common';
import type { Actor, EventId, InstanceId, LifecycleEvent, TenantId } from '#libs/contracts';
import { Clock, Database, InstancePayloads, Journal, OnLifecycle, type TenantTx } from '#libs/platform';
import { CertificatesRepository } from './certificates.repository.js';

/** Of each table, in one transaction. */
const BATCH = 500;
const ERASURE: Actor = { kind: 'system', id: 'erasure' };

/** Erases what a purge has left unreadable, in batches; the last one says how much it was. Safe to run twice: what is counted was committed. */
@Injectable()
export class Erasure {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly payloads: InstancePayloads,
    private readonly certificates: CertificatesRepository,
  ) {}

  @OnLifecycle(['instance.purged'], { queue: 'policy.erase' })
  async onPurged({ id, tenantId, instanceId }: LifecycleEvent<'instance.purged'>): Promise<void> {
    while (await this.batch(tenantId, instanceId, id));
  }

  /** False when nothing is left. */
  private batch(tenantId: TenantId, instanceId: InstanceId, causationId: EventId): Promise<boolean> {
    return this.database.forTenant(tenantId, async (tx) => {
      const certificate = await this.certificates.lockUnfinished(tx, instanceId);
      if (!certificate) return false;
      const erased = await this.eraseSome(tx, instanceId);
      const rows = sum(certificate.rows, erased);
      const isLast = Object.keys(erased).length === 0;
      await this.certificates.noteErased(tx, certificate.id, rows, isLast ? await this.clock.now(tx) : null);
      if (isLast) await this.journal.append(tx, { type: 'instance.erased', instanceId, actor: ERASURE, causationId, data: { certificateId: certificate.id, rows } });
      return !isLast;
    });
  }

  private async eraseSome(tx: TenantTx, instanceId: InstanceId): Promise<Record<string, number>> {
    const erased: Record<string, number> = {};
    for (const payload of this.payloads.all()) Object.assign(erased, await payload.erase(tx, instanceId, BATCH));
    return erased;
  }
}

function sum(before: Record<string, number>, more: Record<string, number>): Record<string, number> {
  return Object.fromEntries([...new Set([...Object.keys(before), ...Object.keys(more)])].map((table) => [table, (before[table] ?? 0) + (more[table] ?? 0)]));
}
