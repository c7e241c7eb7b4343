import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/contracts';
import { Journal, type TenantTx } from '#libs/platform';
import type { Decided } from '../decisions.js';
import { RetentionScheduler } from '../retention-scheduler.js';
import { PurgeAgreementsRepository } from './purge-agreements.repository.js';
import { PurgesRepository } from './purges.repository.js';

const NOTICES: Actor = { kind: 'system', id: 'notices' };

/** Gives notice of removals. In the journal it is delivered when it is committed: everybody who follows it has it from then on. */
@Injectable()
export class PurgeNotices {
  constructor(
    private readonly journal: Journal,
    private readonly purges: PurgesRepository,
    private readonly agreements: PurgeAgreementsRepository,
    private readonly scheduler: RetentionScheduler,
  ) {}

  /** Under the instance's lock, when its removal waits for a notice that was never given, or for another one. */
  async give(tx: TenantTx, { facts: { instanceId }, decision: { dueAt }, at }: Decided): Promise<void> {
    const purge = await this.purges.scheduledOf(tx, instanceId);
    if (!purge) return;
    await this.agreements.noteNotice(tx, purge.id, 'journal', at);
    const data = { purgeId: purge.id, channel: 'journal' as const, dueAt: dueAt === null ? null : new Date(dueAt).toISOString() };
    await this.journal.append(tx, { type: 'retention.notice_sent', instanceId, actor: NOTICES, causationId: purge.scheduledEvent ?? undefined, data });
    await this.scheduler.reschedule(tx, [instanceId]);
  }
}

/** Whether its removal waits for a notice that nobody has given yet. */
export const wantsNotice = ({ decision }: Decided): boolean =>
  decision.action === 'purge' && decision.blockers.some(({ code, until }) => code === 'notice' && until === null);
