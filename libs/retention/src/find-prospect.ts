import { decide } from './decide-retention.js';
import type { RetentionDecision } from './retention-decision.js';
import type { Hold, RetentionFacts } from './retention-facts.js';
import type { RetentionPolicy } from './retention-policy.js';

/** When something is asked for and from when on nothing stands in its way (never in the past), in milliseconds since 1970; Infinity: never, or nobody can say. */
export interface When {
  dueAt: number;
  from: number;
}

/** What a version has in store for an instance if nothing changes. */
export interface Prospect {
  decision: RetentionDecision;
  /** The next step, whichever. */
  next: When;
  /** Its removal, also where an archive comes before. */
  removal: When;
}

const NEVER: When = { dueAt: Infinity, from: Infinity };
const NOTHING: RetentionDecision = { action: null, dueAt: null, rule: null, blockers: [], losers: [] };

/** Of a version that is in force: one that is off or only simulates does nothing. */
export function prospectOf(policy: RetentionPolicy, facts: RetentionFacts, holds: readonly Hold[], now: number): Prospect {
  if (policy.mode !== 'enforce') return { decision: NOTHING, next: NEVER, removal: NEVER };
  const decision = decide(policy, facts, holds, now, facts.schedule?.by ?? 'rule');
  const next = whenOf(decision, now);
  return { decision, next, removal: removalAfter(decision, policy, facts, holds, now) ?? next };
}

/** Also when of two that nobody can date one is due before the other: the hold that hides it may be released tomorrow. */
export function isSooner(one: When, other: When): boolean {
  return one.from < other.from || (one.from === Infinity && other.from === Infinity && one.dueAt < other.dueAt);
}

function whenOf({ action, dueAt, blockers }: RetentionDecision, now: number): When {
  if (action === null || action === 'cancel' || dueAt === null) return NEVER;
  return { dueAt, from: Math.max(now, dueAt, ...blockers.map(({ until }) => until ?? Infinity)) };
}

/** Null: the next step is itself about removal. */
function removalAfter({ action, rule }: RetentionDecision, policy: RetentionPolicy, facts: RetentionFacts, holds: readonly Hold[], now: number): When | null {
  if (action !== 'archive') return null;
  const purges = policy.actRules.some(({ id, purge }) => id === rule && purge !== null);
  return purges ? whenOf(decide(policy, { ...facts, lifecycle: 'archived' }, holds, now, 'rule'), now) : NEVER;
}
