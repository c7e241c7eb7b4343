import type { Environment } from '#libs/contracts';
import type { PastEntry } from '#libs/platform';
import { decide, isDue, type RetentionFacts, type RetentionPolicy } from '#libs/retention';
import { factsAfter, firstFacts } from './past-facts.js';

/** What a version would have done to an instance, and when it came back all the same (milliseconds since 1970; null: it did not). */
export interface ReplayedStep {
  action: 'archive' | 'purge';
  rule: string | null;
  at: number;
  cameBackAt: number | null;
}

/** Milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** Waits for what stands in the way of one step: more can only be a window that never opens. */
const MOST_WAITS = 50;

/**
 * Goes through the past of an instance with other rules than those of then. Notice counts as delivered and approvals as given when a removal is
 * scheduled. An instance that came back is taken for restored at that moment: somebody wanted it. `entries` in the order of their time, the
 * tenant's own among them.
 */
export function replayInstance(policy: RetentionPolicy, entries: readonly PastEntry[], environment: Environment, span: Span): ReplayedStep[] {
  const told = withoutStopsOfArchives(entries);
  const first = told.findIndex(({ instanceId }) => instanceId !== null);
  if (first < 0) return [];
  const past = new Past(policy, firstFacts(told[first]!, environment));
  for (const [i, entry] of told.entries()) {
    past.take(entry);
    if (i >= first) past.advance(Math.max(span.from, timeOf(entry)), Math.min(span.to, timeOf(told[i + 1])));
  }
  return past.steps;
}

const timeOf = (entry: PastEntry | undefined): number => entry?.occurredAt.getTime() ?? Infinity;

/** That an instance was stopped because a rule of then archived it says nothing about why it was disconnected. */
function withoutStopsOfArchives(entries: readonly PastEntry[]): PastEntry[] {
  let archived = false;
  return entries.filter(({ type, actor, data }) => {
    if (type === 'instance.archived') archived = actor.kind === 'rule';
    if (type === 'instance.restored') archived = false;
    return !(archived && type === 'connection.closed' && data.reason === 'user_stopped');
  });
}

class Past {
  readonly steps: ReplayedStep[] = [];

  constructor(
    private readonly policy: RetentionPolicy,
    private facts: RetentionFacts,
  ) {}

  take(entry: PastEntry): void {
    if (entry.type === 'connection.opened' || entry.type === 'instance.restored') this.noteReturn(timeOf(entry));
    if (this.facts.lifecycle !== 'purged') this.facts = factsAfter(this.facts, entry);
  }

  /** Does what is due in [from, to), one step after the other. */
  advance(from: number, to: number): void {
    let at = this.nextAt(from, to);
    while (at !== null) {
      this.act(at);
      at = this.nextAt(at, to);
    }
  }

  private nextAt(from: number, to: number): number | null {
    for (let [at, waits] = [from, 0]; at < to && waits < MOST_WAITS; waits++) {
      const decision = decide(this.policy, this.facts, [], at, 'rule');
      if (decision.action === null) return null;
      if (isDue(decision, at)) return at;
      at = Math.max(decision.dueAt!, ...decision.blockers.map(({ until }) => until ?? Infinity));
    }
    return null;
  }

  private act(at: number): void {
    const { action, rule } = decide(this.policy, this.facts, [], at, 'rule');
    if (action === 'archive' || action === 'purge') this.steps.push({ action, rule, at, cameBackAt: null });
    const { facts } = this;
    if (action === 'archive') this.facts = { ...facts, lifecycle: 'archived' };
    if (action === 'purge') this.facts = { ...facts, lifecycle: 'purged' };
    if (action === 'schedule_purge') this.facts = { ...facts, ...scheduled(facts, at) };
    if (action === 'cancel') this.facts = { ...facts, lifecycle: facts.lifecycleFrom ?? 'active', lifecycleFrom: null, schedule: null, cancelledAt: at };
  }

  private noteReturn(at: number): void {
    for (const step of this.steps) step.cameBackAt ??= at;
    if (this.facts.lifecycle !== 'active' && this.facts.lifecycle !== 'purged') {
      this.facts = { ...this.facts, lifecycle: 'active', lifecycleFrom: null, schedule: null, restoredAt: at };
    }
  }
}

function scheduled({ lifecycle, cycle }: RetentionFacts, at: number): Partial<RetentionFacts> {
  return {
    ...({ lifecycle: 'purge_scheduled', lifecycleFrom: lifecycle === 'archived' ? 'archived' : 'active' } as const),
    ...{ schedule: { at, by: 'rule' as const, cycle }, noticeDeliveredAt: at },
  };
}
