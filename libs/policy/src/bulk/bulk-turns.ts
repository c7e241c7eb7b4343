import { Injectable, Logger } from '@nestjs/common';
import type { Actor } from '#libs/contracts';
import { Clock, Database, Journal, Problem, RefusedAttempts, type TenantTx } from '#libs/platform';
import { DeletionBlocked } from '../deletion/deletion.errors.js';
import { BulkAct } from './bulk-act.js';
import { BulkMembersRepository } from './bulk-members.repository.js';
import type { BulkMember, BulkRequest } from './bulk-request.js';
import { BulkRequestsRepository, type OpenBulk } from './bulk-requests.repository.js';

const BULK: Actor = { kind: 'system', id: 'bulk' };

/** The turn of one instance: decided again, done and noted in one transaction. */
@Injectable()
export class BulkTurns {
  private readonly log = new Logger(BulkTurns.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly requests: BulkRequestsRepository,
    private readonly members: BulkMembersRepository,
    private readonly act: BulkAct,
    private readonly refused: RefusedAttempts,
  ) {}

  /** One that fails is left for the next time. */
  async take({ tenantId, id }: OpenBulk, { action, requestedBy, confirmedEvent }: Pick<BulkRequest, 'action' | 'requestedBy' | 'confirmedEvent'>, member: BulkMember): Promise<void> {
    try {
      await this.database.forTenant(tenantId, async (tx) => {
        const purgeId = await this.act.carryOut(tx, action, member, { actor: requestedBy, causationId: confirmedEvent ?? undefined });
        if (!(await this.members.note(tx, id, member.instanceId, { outcome: 'done', reason: null, purgeId }))) throw new NotItsTurn();
      });
    } catch (error) {
      if (error instanceof Problem) await this.refuse({ tenantId, id }, { requestedBy, confirmedEvent }, member, error);
      else if (!(error instanceof NotItsTurn)) this.log.error({ err: error, tenantId, instanceId: member.instanceId }, 'what was asked for could not be done and is tried again');
    }
  }

  /** Of one that nothing is left of. */
  async finish({ tenantId, id }: OpenBulk): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => {
      if (!(await this.requests.settle(tx, id, ['running'], 'finished', await this.clock.now(tx)))) return;
      const { done, refused } = await this.members.tally(tx, id);
      const causationId = (await this.requests.find(tx, id))?.confirmedEvent ?? undefined;
      await this.journal.appendOfTenant(tx, { type: 'retention.bulk_finished', actor: BULK, causationId, data: { bulkRequestId: id, done, refused } });
    });
  }

  /** Noted and journalled together. */
  private refuse({ tenantId, id }: OpenBulk, { requestedBy, confirmedEvent }: Pick<BulkRequest, 'requestedBy' | 'confirmedEvent'>, { instanceId }: BulkMember, problem: Problem): Promise<void> {
    const { code, status } = problem.doc;
    return this.database.forTenant(tenantId, async (tx: TenantTx) => {
      if (!(await this.members.note(tx, id, instanceId, { outcome: 'refused', reason: reasonOf(problem), purgeId: null }))) return;
      await this.refused.append(tx, { actor: requestedBy, causationId: confirmedEvent ?? undefined, instanceId, operationId: 'confirmBulk', code, status });
    });
  }
}

/** It was stopped, or another process was faster: what was done is undone. */
class NotItsTurn extends Error {}

/** What blocks, where something does; else the code of the answer. */
function reasonOf(problem: Problem): string {
  const [blocker] = problem instanceof DeletionBlocked ? problem.blockers : [];
  return blocker?.code ?? problem.doc.code;
}
