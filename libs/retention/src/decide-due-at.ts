import { clockStart, latest } from './decide-clock-start.js';
import type { RetentionClock } from './retention-document.js';
import type { RetentionFacts } from './retention-facts.js';
import type { ActRule } from './retention-policy.js';
import type { Situation } from './retention-situation.js';

const DAY = 86_400_000;
/** The least any `after`, grace or notice is, in milliseconds, whatever a document or an override says. */
export const FLOOR = { live: DAY, test: 1_000 };
const TENANT_DELETION_GRACE = 30 * DAY;

export function archiveDueAt(archive: { after: number }, rule: ActRule, facts: RetentionFacts): number {
  return actStart(rule.clock, facts) + afterOf(archive.after, facts.override?.archiveAfter ?? null, facts);
}

export function scheduleDueAt(purge: { after: number }, rule: ActRule, facts: RetentionFacts): number {
  return actStart(rule.clock, facts) + afterOf(purge.after, facts.override?.purgeAfter ?? null, facts);
}

/** Grace counts from the last thing that changed the prospect: the schedule, the deadline, the version, the release of a hold. */
export function purgeDueAt(purge: { after: number; grace: number }, rule: ActRule, { policy, facts }: Situation): number {
  const graceStart = latest(facts.schedule?.at, scheduleDueAt(purge, rule, facts), policy.activatedAt, facts.holdReleasedAt);
  return graceStart + Math.max(purge.grace, FLOOR[facts.environment]);
}

export function requestGrace({ policy, facts, intent }: Situation): number {
  if (intent === 'tenant') return TENANT_DELETION_GRACE;
  return facts.environment === 'live' ? Math.max(policy.deletionGrace, FLOOR.live) : policy.deletionGrace;
}

function afterOf(after: number, override: number | null, { override: given, environment }: RetentionFacts): number {
  const wanted = override === null ? after : given?.mayShorten ? override : Math.max(after, override);
  return Math.max(wanted, FLOOR[environment]);
}

/** A restore or a cancel is never undone by the next sweep, and a storm starts no clock. */
function actStart(clock: RetentionClock, facts: RetentionFacts): number {
  return latest(clockStart(clock, facts), facts.stormUntil);
}
