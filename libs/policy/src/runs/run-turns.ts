import { Injectable, Logger } from '@nestjs/common';
import type { Actor, InstanceId } from '#libs/contracts';
import { Clock, Database, enterPlatformGate, Journal, type TenantTx } from '#libs/platform';
import { PolicyVersions } from '#libs/retention';
import { isRemovalDue } from '../decisions.js';
import { RetentionActs } from '../retention-acts.js';
import { RetentionScheduler } from '../retention-scheduler.js';
import { type OpenRun, RunsRepository } from './runs.repository.js';

const RUNS: Actor = { kind: 'system', id: 'runs' };

/** The turn of one instance in its run: everything is decided again, in the transaction that removes it. */
@Injectable()
export class RunTurns {
  private readonly log = new Logger(RunTurns.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly versions: PolicyVersions,
    private readonly scheduler: RetentionScheduler,
    private readonly acts: RetentionActs,
    private readonly runs: RunsRepository,
  ) {}

  /** One that fails is left for the next time, and holds up none of the others. */
  async take(run: OpenRun, instanceId: InstanceId): Promise<void> {
    try {
      await this.database.forTenant(run.tenantId, (tx) => this.decide(tx, run, instanceId));
    } catch (error) {
      this.log.error({ err: error, tenantId: run.tenantId, instanceId }, 'a removal could not be carried out and is tried again');
    }
  }

  async finish({ tenantId, id }: OpenRun): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => {
      await this.versions.lockInForce(tx);
      if (!(await this.runs.settle(tx, id, ['running', 'released'], 'finished', { at: await this.clock.now(tx), by: null }))) return;
      const { purged, refused } = await this.runs.tally(tx, id);
      await this.journal.appendOfTenant(tx, { type: 'retention.run_finished', actor: RUNS, data: { runId: id, purged, refused } });
    });
  }

  private async decide(tx: TenantTx, { id }: OpenRun, instanceId: InstanceId): Promise<void> {
    await enterPlatformGate(tx);
    await this.versions.lockInForce(tx);
    const [decided] = await this.scheduler.reschedule(tx, [instanceId]);
    if (!decided || !isRemovalDue(decided)) return this.runs.note(tx, id, instanceId, 'refused', decided?.decision.blockers[0]?.code ?? 'not-due');
    await this.acts.carryOut(tx, decided);
    await this.runs.note(tx, id, instanceId, 'purged', null);
  }
}
