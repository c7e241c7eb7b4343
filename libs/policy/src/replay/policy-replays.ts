import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { Clock, Database, JournalReader, type PastEntry, type TenantTx } from '#libs/platform';
import { PolicyVersions, type RetentionPolicy } from '#libs/retention';
import { takeLookTurn } from '../preview/look-turn.js';
import { PAST_EVENTS, PAST_TURNS } from './past-facts.js';
import { replayInstance, type Span } from './replay-instance.js';
import { type ReplaySubject, ReplaySubjectsRepository } from './replay-subjects.repository.js';
import { ReplayTally } from './replay-tally.js';

const DAY_MS = 86_400_000;
export const REPLAYED_DAYS = 90;
const PAGE = 100;
/** What one answer goes through at most. */
export const MOST_INSTANCES = 20_000;
const MOST_ENTRIES = 1_000_000;
/** Of one instance, the newest. */
const MOST_OF_ONE = 1_000;
const MOST_TURNS = 1_000;

export interface PolicyReplay {
  span: Span;
  tally: ReplayTally;
  /** Instances of which only the newest entries were read. */
  cut: number;
  /** Instances whose names and labels of then nobody can read any more. */
  unreadable: number;
  /** There are more instances than were gone through. */
  truncated: boolean;
}

interface Run {
  policy: RetentionPolicy;
  turns: readonly PastEntry[];
  replay: PolicyReplay;
  entries: number;
}

/** Runs a version over the journal of the last 90 days, instance by instance in one snapshot, as it would have gone with the labels and states of then. */
@Injectable()
export class PolicyReplays {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly journal: JournalReader,
    private readonly subjects: ReplaySubjectsRepository,
  ) {}

  /** @throws PolicyVersionNotFound, PolicyLookUnderWay */
  run(caller: Caller, version: number): Promise<PolicyReplay> {
    return this.database.snapshotForCaller(caller, async (tx) => {
      const to = (await this.clock.now(tx)).getTime();
      const span = { from: to - REPLAYED_DAYS * DAY_MS, to };
      const { wanted } = await this.versions.compare(tx, version, span.from);
      await takeLookTurn(tx);
      const turns = await this.journal.ofTenant(tx, PAST_TURNS, MOST_TURNS);
      const replay = { span, tally: new ReplayTally(), cut: 0, unreadable: 0, truncated: false };
      await this.walk(tx, { policy: asOf(wanted.policy, span.from), turns, replay, entries: 0 });
      return replay;
    });
  }

  private async walk(tx: TenantTx, run: Run): Promise<void> {
    const { replay } = run;
    let page = await this.subjects.after(tx, null, PAGE);
    while (page.length > 0) {
      replay.truncated = replay.tally.instances >= MOST_INSTANCES || run.entries >= MOST_ENTRIES;
      if (replay.truncated) return;
      const [next] = await Promise.all([this.subjects.after(tx, page.at(-1)!.instanceId, PAGE), this.replayPage(tx, page, run)]);
      page = next;
    }
  }

  private async replayPage(tx: TenantTx, page: readonly ReplaySubject[], run: Run): Promise<void> {
    const histories = await this.journal.histories(tx, page.map(({ instanceId }) => instanceId), PAST_EVENTS, MOST_OF_ONE);
    for (const { instanceId, environment } of page) {
      const history = histories.get(instanceId)!;
      run.entries += history.length;
      if (history.length === MOST_OF_ONE) run.replay.cut++;
      if (history.some(isUnreadable)) run.replay.unreadable++;
      run.replay.tally.add(instanceId, replayInstance(run.policy, inOrder(run.turns, history), environment, run.replay.span));
    }
  }
}

/** As if it had come into force at the beginning; who simulates wants to know what would have been. */
const asOf = (policy: RetentionPolicy, activatedAt: number): RetentionPolicy => ({ ...policy, activatedAt, mode: policy.mode === 'off' ? 'off' : 'enforce' });

const isUnreadable = ({ type, personal }: PastEntry) => personal === null && (type === 'instance.created' || type === 'instance.labelled' || type === 'instance.renamed');

/** The order within an instance is that of its `seq`, also where the clock went back. */
function inOrder(turns: readonly PastEntry[], history: readonly PastEntry[]): readonly PastEntry[] {
  if (turns.length === 0) return history;
  return [...turns, ...history].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
}
