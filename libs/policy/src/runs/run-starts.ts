import { Injectable, Logger } from '@nestjs/common';
import type { Environment, InstanceId, TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { Reconciler } from '../reconciler.js';
import { RetentionScheduleRepository } from '../retention-schedule.repository.js';
import { RunCandidates } from './run-candidates.js';
import { RunPlanner } from './run-planner.js';

/** Tenants and environments that get a run, per tick: then others have their turn. */
const PLACES = 50;
const PAGE = 1_000;
/** Of those that no run can have: the rest is looked at in the next tick. */
const OTHERS = 200;

/** Begins a run wherever removals by rule are due and none is under way. */
@Injectable()
export class RunStarts {
  private readonly log = new Logger(RunStarts.name);

  constructor(
    private readonly database: Database,
    private readonly schedule: RetentionScheduleRepository,
    private readonly candidates: RunCandidates,
    private readonly planner: RunPlanner,
    private readonly reconciler: Reconciler,
  ) {}

  async step(): Promise<void> {
    const begun = new Set<string>();
    for await (const due of this.schedule.dueWithoutRun(PAGE)) {
      for (const { tenantId, environment } of due) {
        const place = `${tenantId} ${environment}`;
        if (begun.has(place)) continue;
        begun.add(place);
        await this.begin(tenantId, environment);
      }
      if (begun.size >= PLACES) return;
    }
  }

  /** Found without a lock: the planner makes sure that it is the only one, and each is decided again at its turn. */
  private async begin(tenantId: TenantId, environment: Environment): Promise<void> {
    const { due, others } = await this.database.forTenant(tenantId, (tx) => this.candidates.find(tx, environment));
    for (const instanceId of others.slice(0, OTHERS)) await this.decideAgain(tenantId, instanceId);
    if (due.length === 0) return;
    const run = await this.database.forTenant(tenantId, (tx) => this.planner.plan(tx, environment, due));
    if (run?.overLimit) this.log.warn({ tenantId, runId: run.id }, `a run of ${run.due} removals is over a limit of its policy and waits to be released`);
  }

  /** Notice that is missing, a rescue, another deadline: whatever comes next, it is no removal now. */
  private async decideAgain(tenantId: TenantId, instanceId: InstanceId): Promise<void> {
    try {
      await this.reconciler.reconcile(tenantId, instanceId);
    } catch (error) {
      this.log.error({ err: error, tenantId, instanceId }, 'what is due could not be decided again and is tried again');
    }
  }
}
