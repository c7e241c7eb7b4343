import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import { RunStarts } from './run-starts.js';
import { RunTurns } from './run-turns.js';
import { type OpenRun, RunsRepository } from './runs.repository.js';

const RUNS = 20;
const BATCH = 100;

/** Removals by rule: what is due at a time is one run, and each of its instances has its turn. Whoever stops anywhere is continued by anybody. */
@Injectable()
export class RetentionRuns {
  constructor(
    private readonly database: Database,
    private readonly starts: RunStarts,
    private readonly runs: RunsRepository,
    private readonly turns: RunTurns,
  ) {}

  async step(): Promise<void> {
    await this.starts.step();
    for (const run of await this.runs.ready(RUNS)) await this.advance(run);
  }

  private async advance(run: OpenRun): Promise<void> {
    const members = await this.database.forTenant(run.tenantId, (tx) => this.runs.left(tx, run.id, run.isReleased ? run.slice : BATCH));
    for (const instanceId of members) await this.turns.take(run, instanceId);
    if (members.length === 0) await this.turns.finish(run);
    else if (run.isReleased) await this.database.forTenant(run.tenantId, (tx) => this.runs.rest(tx, run.id));
  }
}
