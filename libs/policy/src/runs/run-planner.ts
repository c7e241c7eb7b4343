import { Injectable } from '@nestjs/common';
import { type Actor, type Environment, type InstanceId, newId } from '#libs/contracts';
import { Clock, Journal, type TenantTx } from '#libs/platform';
import { PolicyVersions } from '#libs/retention';
import { planRun } from './plan-run.js';
import { RunCandidates } from './run-candidates.js';
import { type Run, RunsRepository } from './runs.repository.js';

const RUNS: Actor = { kind: 'system', id: 'runs' };

/** Makes a run of what is due to be removed by rule, and holds it up when it is more than the policy allows at once. */
@Injectable()
export class RunPlanner {
  constructor(
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly versions: PolicyVersions,
    private readonly candidates: RunCandidates,
    private readonly runs: RunsRepository,
  ) {}

  /** `members`: at least one. Null: a run before it is not over. */
  async plan(tx: TenantTx, environment: Environment, members: readonly InstanceId[]): Promise<Run | null> {
    const policy = await this.versions.lockInForce(tx);
    if (await this.runs.hasOpen(tx, environment)) return null;
    const due = members.length;
    const { overLimit, slice } = planRun(due, await this.candidates.population(tx, environment), policy.runLimits);
    const started = { startedAt: await this.clock.now(tx), policyVersion: policy.version, endedAt: null, decidedBy: null };
    const run: Run = { id: newId('run'), environment, due, slice, overLimit, status: overLimit ? 'blocked' : 'running', ...started };
    await this.runs.insert(tx, run, members);
    await this.announce(tx, run);
    return run;
  }

  private async announce(tx: TenantTx, { id: runId, environment, due, overLimit }: Run): Promise<void> {
    if (overLimit) await this.journal.appendOfTenant(tx, { type: 'retention.run_blocked', actor: RUNS, data: { runId, environment, due, overLimit } });
    else await this.journal.appendOfTenant(tx, { type: 'retention.run_started', actor: RUNS, data: { runId, environment, due } });
  }
}
