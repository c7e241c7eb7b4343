import { Injectable, Logger } from '@nestjs/common';
import { Database } from '#libs/platform';
import { RetentionScheduleRepository } from '../retention-schedule.repository.js';
import { RunPlanner } from './run-planner.js';
import { RunTurns } from './run-turns.js';
import { type OpenRun, RunsRepository } from './runs.repository.js';

const TENANTS = 50;
const RUNS = 20;
const BATCH = 100;

/** Removals by rule: what is due at a time is one run, and each of its instances has its turn. Whoever stops anywhere is continued by anybody. */
@Injectable()
export class RetentionRuns {
  private readonly log = new Logger(RetentionRuns.name);

  constructor(
    private readonly database: Database,
    private readonly schedule: RetentionScheduleRepository,
    private readonly runs: RunsRepository,
    private readonly planner: RunPlanner,
    private readonly turns: RunTurns,
  ) {}

  async step(): Promise<void> {
    for (const { tenantId, environment } of await this.schedule.tenantsWithDueRemovals(TENANTS)) {
      const run = await this.database.forTenant(tenantId, (tx) => this.planner.plan(tx, environment));
      if (run?.overLimit) this.log.warn({ tenantId, runId: run.id }, `a run of ${run.due} removals is over a limit of its policy and waits to be released`);
    }
    for (const run of await this.runs.ready(RUNS)) await this.advance(run);
  }

  private async advance(run: OpenRun): Promise<void> {
    const members = await this.database.forTenant(run.tenantId, (tx) => this.runs.left(tx, run.id, run.isReleased ? run.slice : BATCH));
    for (const instanceId of members) await this.turns.take(run, instanceId);
    if (members.length === 0) await this.turns.finish(run);
    else if (run.isReleased) await this.database.forTenant(run.tenantId, (tx) => this.runs.rest(tx, run.id));
  }
}
