import { Injectable } from '@nestjs/common';
import { type Environment, type InstanceId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { isDue } from '#libs/retention';
import { Decisions } from '../decisions.js';
import { RetentionScheduleRepository } from '../retention-schedule.repository.js';

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

  /** Due and not blocked, as things are. */
  async due(tx: TenantTx, environment: Environment): Promise<InstanceId[]> {
    const ids = await this.schedule.dueRemovals(tx, environment, MOST);
    const due: InstanceId[] = [];
    for (let at = 0; at < ids.length; at += CHUNK) {
      const looked = await this.decisions.look(tx, ids.slice(at, at + CHUNK));
      due.push(...looked.filter(({ decision, at: now }) => decision.action === 'purge' && isDue(decision, now.getTime())).map(({ facts }) => facts.instanceId));
    }
    return due;
  }

  /** How many instances of the environment there are that are not gone. */
  async population(tx: TenantTx, environment: Environment): Promise<number> {
    const [row] = await tx.query<{ n: number }[]>`
      SELECT count(*)::int AS n FROM instance_overview
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND environment = ${environment} AND lifecycle <> 'purged'`;
    return row!.n;
  }
}
