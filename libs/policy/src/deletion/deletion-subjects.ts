import { Injectable } from '@nestjs/common';
import { type InstanceId, uuidOf } from '#libs/contracts';
import { InstanceNotFound, InstancePayloads, lockInstance, type TenantTx } from '#libs/platform';
import { ActiveHoldsRepository, type RetentionFacts, RetentionFactsRepository } from '#libs/retention';
import { DeletionCarriedOut, DeletionProtected } from './deletion.errors.js';
import type { WouldRemove } from './would-remove.js';

/** Of each table: beyond it "many" is all that somebody who decides has to know. */
const MOST_COUNTED = 10_000;

export interface DeletionSubject {
  facts: RetentionFacts;
  /** of the instance, as its `ETag` says it */
  version: number;
}

/** The instance that a deletion is about, under its lock. */
@Injectable()
export class DeletionSubjects {
  constructor(
    private readonly facts: RetentionFactsRepository,
    private readonly holds: ActiveHoldsRepository,
    private readonly payloads: InstancePayloads,
  ) {}

  /** @throws InstanceNotFound, DeletionCarriedOut, DeletionProtected */
  async lock(tx: TenantTx, instanceId: InstanceId): Promise<DeletionSubject> {
    const subject = await this.lockAny(tx, instanceId);
    if (subject.facts.lifecycle === 'purged') throw new DeletionCarriedOut();
    if (subject.facts.deletionProtection) throw new DeletionProtected(instanceId);
    return subject;
  }

  /** Also one that cannot be deleted. @throws InstanceNotFound */
  async lockAny(tx: TenantTx, instanceId: InstanceId): Promise<DeletionSubject> {
    await lockInstance(tx, instanceId);
    const [facts] = await this.facts.of(tx, [instanceId]);
    if (!facts) throw new InstanceNotFound();
    const [row] = await tx.query<{ version: number }[]>`
      SELECT version FROM instance_overview WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(instanceId)}::uuid`;
    return { facts, version: row!.version };
  }

  async weigh(tx: TenantTx, { facts }: DeletionSubject): Promise<WouldRemove> {
    const rows: Record<string, number> = {};
    for (const payload of this.payloads.all()) Object.assign(rows, await payload.count(tx, facts.instanceId, MOST_COUNTED));
    const holds = await this.holds.on(tx, [facts.instanceId]);
    const { lastActivityAt } = facts;
    return { rows, lastActivityAt: lastActivityAt === null ? null : new Date(lastActivityAt).toISOString(), holds: holds.filter((hold) => hold.covers(facts)).length };
  }
}
