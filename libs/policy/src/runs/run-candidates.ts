import { Injectable } from '@nestjs/common';
import { type Environment, type InstanceId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { Decisions, isRemovalDue } from '../decisions.js';
import { RetentionScheduleRepository } from '../retention-schedule.repository.js';

export interface Candidates {
  /** due and not blocked, as things are */
  due: InstanceId[];
  /** whose removal is not what comes next any more, or not yet: to be decided again */
  others: InstanceId[];
}

/** Of one run; what is beyond is the next one's. */
const MOST = 10_000;
const CHUNK = 500;

/** What a run would be made of. Only looked at: each is decided again, under its lock, when it is its turn. */
@Injectable()
export class RunCandidates {
  constructor(
    private readonly schedule: RetentionScheduleRepository,
    private readonly decisions: Decisions,
  ) {}

  /** What the schedule says is due. */
  async find(tx: TenantTx, environment: Environment): Promise<Candidates> {
    const ids = await this.schedule.dueRemovals(tx, environment, MOST);
    const due = new Set<InstanceId>();
    for (let at = 0; at < ids.length; at += CHUNK) {
      const looked = await this.decisions.look(tx, ids.slice(at, at + CHUNK));
      for (const { facts } of looked.filter(isRemovalDue)) due.add(facts.instanceId);
    }
    return { due: [...due], others: ids.filter((id) => !due.has(id)) };
  }

  /** How many instances of the environment there are that are not gone. */
  async population(tx: TenantTx, environment: Environment): Promise<number> {
    const [row] = await tx.query<{ n: number }[]>`
      SELECT count(*)::int AS n FROM instance_overview
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND environment = ${environment} AND lifecycle <> 'purged'`;
    return row!.n;
  }
}
