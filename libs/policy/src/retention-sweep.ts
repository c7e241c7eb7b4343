import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ClockWatch } from './clock/clock-watch.js';
import { OneAtATime } from './one-at-a-time.js';
import { Reconciler } from './reconciler.js';
import { RetentionRescan } from './retention-rescan.js';
import { type DueInstance, RetentionScheduleRepository } from './retention-schedule.repository.js';
import { RetentionWalk } from './retention-walk.js';
import { RetentionRuns } from './runs/retention-runs.js';

const TICK_MS = 1000;
const PAGE = 100;
const AT_ONCE = 5;
/** Of a new version, per tick: then what is due has its turn. */
const ROUNDS = 20;

/** Takes what is due to be decided again. It only reads; a tick that fails, or that two processes run at once, costs nothing but time. */
@Injectable()
export class RetentionSweep implements BeforeApplicationShutdown {
  private readonly log = new Logger(RetentionSweep.name);
  private readonly ticks = new OneAtATime((error) => this.log.warn(`a sweep failed and is tried again: ${error.message}`));

  constructor(
    private readonly clock: ClockWatch,
    private readonly schedule: RetentionScheduleRepository,
    private readonly reconciler: Reconciler,
    private readonly rescan: RetentionRescan,
    private readonly walk: RetentionWalk,
    private readonly runs: RetentionRuns,
  ) {}

  @Interval(TICK_MS)
  tick(): Promise<void> {
    return this.ticks.run(() => this.sweep());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticks.stop();
  }

  /** Everything there is to do now: what a new version left to decide, what is due, and the next piece of the walk. */
  async sweep(): Promise<void> {
    await this.clock.beat();
    await this.sweepRescans();
    await this.sweepDue();
    await this.runs.step();
    await this.walk.step();
  }

  private async sweepRescans(): Promise<void> {
    for (let round = 0; round < ROUNDS && !this.ticks.isStopping; round++) if (!(await this.rescan.step())) return;
  }

  /** Each row once, even if it stays due: one that fails does not hold up the others. */
  private async sweepDue(): Promise<void> {
    for await (const due of this.schedule.due(PAGE)) {
      for (let i = 0; i < due.length && !this.ticks.isStopping; i += AT_ONCE) await Promise.all(due.slice(i, i + AT_ONCE).map((one) => this.reconcile(one)));
      if (this.ticks.isStopping) return;
    }
  }

  private async reconcile({ tenantId, instanceId }: DueInstance): Promise<void> {
    try {
      await this.reconciler.reconcile(tenantId, instanceId);
    } catch (error) {
      this.log.error({ err: error, tenantId, instanceId }, 'what is due could not be done and is tried again');
    }
  }
}
