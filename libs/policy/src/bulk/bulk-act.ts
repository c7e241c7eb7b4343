import { Injectable } from '@nestjs/common';
import type { Actor, EventId, PurgeId } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { archiveRefusal } from '../archive-refusal.js';
import { DeletionPlan } from '../deletion/deletion-plan.js';
import { type DeletionSubject, DeletionSubjects } from '../deletion/deletion-subjects.js';
import { InstanceMover } from '../instance-mover.js';
import { InstanceChanged } from './bulk.errors.js';
import type { BulkAction, BulkMember } from './bulk-request.js';

/** The person who asked for it, and the entry in which they confirmed it (absent: of before it was noted). */
export interface ActingFor {
  actor: Actor;
  causationId?: EventId;
}

/** What is done to one instance of a set: the very thing that a request for it alone would do, by the same decisions. */
@Injectable()
export class BulkAct {
  constructor(
    private readonly subjects: DeletionSubjects,
    private readonly plan: DeletionPlan,
    private readonly mover: InstanceMover,
  ) {}

  /** @returns the removal that is scheduled now; null: it is archived @throws a Problem that says why not */
  carryOut(tx: TenantTx, action: BulkAction, member: BulkMember, by: ActingFor): Promise<PurgeId | null> {
    return action === 'delete' ? this.delete(tx, member, by) : this.archive(tx, member, by);
  }

  private async delete(tx: TenantTx, member: BulkMember, { actor, causationId }: ActingFor): Promise<PurgeId> {
    await this.plan.lockRules(tx);
    const subject = await this.subjects.lock(tx, member.instanceId);
    requireUnchanged(subject, member);
    return this.plan.schedule(tx, subject.facts, actor, { causationId });
  }

  private async archive(tx: TenantTx, member: BulkMember, { actor, causationId }: ActingFor): Promise<null> {
    const subject = await this.subjects.lockAny(tx, member.instanceId);
    const refusal = archiveRefusal(subject.facts);
    if (refusal) throw refusal;
    requireUnchanged(subject, member);
    await this.mover.archive(tx, member.instanceId, { actor, ruleId: null, policyVersion: null, causationId });
    return null;
  }
}

/** @throws InstanceChanged */
function requireUnchanged(subject: DeletionSubject, { version }: BulkMember): void {
  if (subject.version !== version) throw new InstanceChanged();
}
