import { Injectable } from '@nestjs/common';
import { type Caller, isId, type RunId } from '#libs/contracts';
import { Clock, Database, decodeCursor, Journal, Mutations, type Page, type PageQuery, pageOf, type TenantTx } from '#libs/platform';
import { RescanRequests } from '../rescan-requests.js';
import { RunNotBlocked, RunNotFound } from './runs.errors.js';
import { type RunDto, type RunWithTallyDto, toRunDto, toRunWithTallyDto } from './run.dto.js';
import { RunsRepository } from './runs.repository.js';

const isRunKey = (key: unknown[]): key is [RunId] => key.length === 1 && typeof key[0] === 'string' && isId('run', key[0]);

const EVENTS = { released: 'retention.run_released', cancelled: 'retention.run_cancelled' } as const;

/** Runs, as people see them, and what they decide about one that is over a limit. */
@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly runs: RunsRepository,
    private readonly rescans: RescanRequests,
  ) {}

  read(caller: Caller, id: RunId): Promise<RunWithTallyDto> {
    return this.database.forCaller(caller, (tx) => this.present(tx, id));
  }

  async list(caller: Caller, { cursor, limit }: PageQuery): Promise<Page<RunDto>> {
    const before = decodeCursor(cursor, isRunKey)?.[0] ?? null;
    const rows = await this.database.forCaller(caller, (tx) => this.runs.list(tx, before, limit + 1));
    return pageOf(rows, limit, toRunDto, ({ id }) => [id]);
  }

  /** Exactly its instances go, in slices, each decided again. @throws RunNotFound, RunNotBlocked */
  release(caller: Caller, id: RunId): Promise<RunWithTallyDto> {
    return this.decide(caller, id, 'released');
  }

  /** Its instances are due as before, and the next run may have them. @throws RunNotFound, RunNotBlocked */
  cancel(caller: Caller, id: RunId): Promise<RunWithTallyDto> {
    return this.decide(caller, id, 'cancelled');
  }

  private decide(caller: Caller, id: RunId, to: 'released' | 'cancelled'): Promise<RunWithTallyDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const settled = await this.runs.settle(tx, id, ['blocked'], to, { at: await this.clock.now(tx), by: caller.actor });
      const run = await this.present(tx, id);
      if (!settled) throw new RunNotBlocked(run.status);
      await this.journal.appendOfTenant(tx, { type: EVENTS[to], actor: caller.actor, data: { runId: id } });
      await this.rescans.add(tx);
      return run;
    });
  }

  private async present(tx: TenantTx, id: RunId): Promise<RunWithTallyDto> {
    const run = await this.runs.find(tx, id);
    if (!run) throw new RunNotFound();
    return toRunWithTallyDto(run, await this.runs.tally(tx, id));
  }
}
