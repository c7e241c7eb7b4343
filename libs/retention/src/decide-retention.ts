import type { Blocker, BlockerCode, RetentionDecision, RetentionStep } from './retention-decision.js';
import type { RetentionClock } from './retention-document.js';
import type { Hold, RetentionFacts, RetentionIntent } from './retention-facts.js';
import type { ActRule, RetainRule, RetentionPolicy } from './retention-policy.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** The least any `after`, grace or notice is, whatever a document or an override says. */
const FLOOR = { live: DAY, test: 1_000 };
const TENANT_DELETION_GRACE = 30 * DAY;
const YOUNG_PAIRING = 10 * MINUTE;

const NOTHING: RetentionDecision = { action: null, dueAt: null, rule: null, blockers: [], losers: [] };

interface Situation {
  policy: RetentionPolicy;
  facts: RetentionFacts;
  holds: readonly Hold[];
  now: number;
  intent: RetentionIntent;
}

/**
 * What happens to an instance next, when, and what stands in the way. Preview, explain, sweep and removal all ask this one function.
 * The order of rules and holds does not matter; adding a hold, a retain rule or an exemption never makes anything due earlier.
 */
export function decide(
  policy: RetentionPolicy,
  facts: RetentionFacts,
  holds: readonly Hold[],
  now: number,
  intent: RetentionIntent,
): RetentionDecision {
  if (facts.lifecycle === 'purged') return NOTHING;
  const situation = { policy, facts, holds, now, intent };
  return intent === 'rule' ? decideByRule(situation) : decideByRequest(situation);
}

/** Whether the step of a decision is to be taken at this instant. */
export function isDue({ action, dueAt, blockers }: RetentionDecision, now: number): boolean {
  return action !== null && dueAt !== null && dueAt <= now && blockers.length === 0;
}

function decideByRule(situation: Situation): RetentionDecision {
  const { policy, facts, now } = situation;
  if (isScheduled(facts) && facts.schedule && facts.schedule.by !== 'rule') return NOTHING;
  if (isScheduled(facts) && (isVoid(facts) || facts.settledState === 'connected')) return cancel(now);
  if (policy.mode === 'off') return NOTHING;
  const [rule, ...others] = matchingRules(policy, facts);
  if (!rule) return isScheduled(facts) ? cancel(now) : NOTHING;
  return { ...nextStep(rule, situation), rule: rule.id, losers: others.map(({ id }) => id) };
}

function nextStep(rule: ActRule, situation: Situation): Pick<RetentionDecision, 'action' | 'dueAt' | 'blockers'> {
  const { facts, now } = situation;
  if (isScheduled(facts)) return rule.purge ? step('purge', purgeDueAt(rule.purge, rule, situation), situation) : cancel(now);
  if (facts.lifecycle === 'active' && rule.archive) return step('archive', archiveDueAt(rule.archive, rule, facts), situation);
  if (rule.purge) return step('schedule_purge', scheduleDueAt(rule.purge, rule, facts), situation);
  return NOTHING;
}

/** A deletion that a person or the operator confirmed: scheduled at once, carried out after its own grace. */
function decideByRequest(situation: Situation): RetentionDecision {
  const { facts, now, intent } = situation;
  if (!isScheduled(facts) || facts.schedule?.by !== intent) return { ...NOTHING, ...step('schedule_purge', now, situation) };
  if (isVoid(facts)) return cancel(now);
  const dueAt = latest(facts.schedule.at, facts.holdReleasedAt) + requestGrace(situation);
  return { ...NOTHING, ...step('purge', dueAt, situation) };
}

function step(action: GuardedStep, dueAt: number, situation: Situation) {
  return { action, dueAt, blockers: blockersOf(action, situation) };
}

function cancel(now: number): RetentionDecision {
  return { ...NOTHING, action: 'cancel', dueAt: now };
}

const isScheduled = (facts: RetentionFacts) => facts.lifecycle === 'purge_scheduled';

/** Arranged before a connection, a restore, a cancel or a hold release: unequal means it never was. */
const isVoid = (facts: RetentionFacts) => facts.schedule?.cycle !== facts.cycle;

/** The `act` rules that match, the deciding one first. What the platform itself stopped is not acted on, nor what is connected. */
function matchingRules(policy: RetentionPolicy, facts: RetentionFacts): ActRule[] {
  if (facts.settledState === 'connected' || facts.settledReason === 'platform_stopped') return [];
  return policy.actRules.filter((rule) => rule.matches(facts)).sort((a, b) => a.priority - b.priority);
}

// When.

function archiveDueAt(archive: { after: number }, rule: ActRule, facts: RetentionFacts): number {
  return actStart(rule.clock, facts) + afterOf(archive.after, facts.override?.archiveAfter ?? null, facts);
}

function scheduleDueAt(purge: { after: number }, rule: ActRule, facts: RetentionFacts): number {
  return actStart(rule.clock, facts) + afterOf(purge.after, facts.override?.purgeAfter ?? null, facts);
}

/** Grace counts from the last thing that changed the prospect: the schedule, the deadline, the version, the release of a hold. */
function purgeDueAt(purge: { after: number; grace: number }, rule: ActRule, { policy, facts }: Situation): number {
  const graceStart = latest(facts.schedule?.at, scheduleDueAt(purge, rule, facts), policy.activatedAt, facts.holdReleasedAt);
  return graceStart + Math.max(purge.grace, FLOOR[facts.environment]);
}

function requestGrace({ policy, facts, intent }: Situation): number {
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

function clockStart(clock: RetentionClock, facts: RetentionFacts): number {
  const { createdAt, lastConnectedAt, restoredAt, cancelledAt, tenantResumedAt } = facts;
  return latest(...clockValues(clock, facts), createdAt, lastConnectedAt, restoredAt, cancelledAt, tenantResumedAt);
}

function clockValues(clock: RetentionClock, facts: RetentionFacts): (number | null)[] {
  const { lastActivityAt, createdAt, reasonAt } = facts;
  const disconnectedAt = facts.settledState === 'disconnected' ? facts.settledSince : null;
  if (clock === 'latest') return [disconnectedAt, lastActivityAt, createdAt, reasonAt];
  return [{ disconnectedAt, lastActivityAt, createdAt, reasonAt }[clock]];
}

/** -Infinity for none, which is long ago. */
function latest(...instants: (number | null | undefined)[]): number {
  return Math.max(...instants.map((instant) => instant ?? -Infinity));
}

// What stands in the way. A guard answers with what blocks now.

type GuardedStep = Exclude<RetentionStep, 'cancel'>;
type Guard = (situation: Situation) => Blocker | Blocker[] | null;

const NEVER: readonly GuardedStep[] = [];
const PURGE: readonly GuardedStep[] = ['purge'];
const REMOVAL: readonly GuardedStep[] = ['schedule_purge', 'purge'];
const EVERYTHING: readonly GuardedStep[] = ['archive', 'schedule_purge', 'purge'];

/** Which steps each guard stands before, by intent. The order is that of the answer. */
const GUARDS: readonly ({ guard: Guard } & Record<RetentionIntent, readonly GuardedStep[]>)[] = [
  { guard: killSwitch, rule: EVERYTHING, person: REMOVAL, tenant: REMOVAL },
  { guard: clockQuarantine, rule: EVERYTHING, person: REMOVAL, tenant: REMOVAL },
  { guard: suspension, rule: EVERYTHING, person: REMOVAL, tenant: NEVER },
  { guard: coveringHolds, rule: REMOVAL, person: REMOVAL, tenant: REMOVAL },
  { guard: protection, rule: REMOVAL, person: REMOVAL, tenant: NEVER },
  { guard: retention, rule: REMOVAL, person: REMOVAL, tenant: REMOVAL },
  { guard: simulation, rule: EVERYTHING, person: NEVER, tenant: NEVER },
  { guard: exemption, rule: EVERYTHING, person: NEVER, tenant: NEVER },
  { guard: storm, rule: EVERYTHING, person: NEVER, tenant: NEVER },
  { guard: youngPairing, rule: EVERYTHING, person: PURGE, tenant: PURGE },
  { guard: closedWindow, rule: PURGE, person: NEVER, tenant: NEVER },
  { guard: dailyLimit, rule: PURGE, person: NEVER, tenant: NEVER },
  { guard: blockedRun, rule: PURGE, person: NEVER, tenant: NEVER },
  { guard: notice, rule: PURGE, person: NEVER, tenant: NEVER },
  { guard: approvals, rule: PURGE, person: PURGE, tenant: NEVER },
];

function blockersOf(action: GuardedStep, situation: Situation): Blocker[] {
  const standing = GUARDS.filter((row) => row[situation.intent].includes(action));
  return standing.flatMap(({ guard }) => guard(situation) ?? []);
}

/** Null once `until` has come. Infinity is an end nobody can say. */
function blockedUntil(code: BlockerCode, detail: string, until: number | null, { now }: Situation): Blocker | null {
  if (until !== null && until <= now) return null;
  return { code, detail, until: until === Infinity ? null : until };
}

function killSwitch({ facts }: Situation): Blocker | null {
  return facts.killSwitch ? { code: 'kill-switch', detail: 'The operator has stopped every removal.', until: null } : null;
}

function clockQuarantine(situation: Situation): Blocker | null {
  const until = situation.facts.clockQuarantinedUntil;
  return until === null ? null : blockedUntil('clock-quarantine', 'The clock has jumped and is not trusted yet.', until, situation);
}

function suspension({ facts }: Situation): Blocker | null {
  return facts.tenantSuspended ? { code: 'tenant-suspended', detail: 'The tenant is suspended; its clocks stand still.', until: null } : null;
}

function coveringHolds({ facts, holds }: Situation): Blocker[] {
  const covering = holds.filter((hold) => hold.covers(facts)).sort((a, b) => (a.id < b.id ? -1 : 1));
  return covering.map(({ id, scope }) => ({ code: 'hold', detail: `A hold is on it until it is released: ${id} (${scope}).`, until: null }));
}

function protection({ facts }: Situation): Blocker | null {
  return facts.deletionProtection ? { code: 'deletion-protection', detail: 'The instance is protected from deletion.', until: null } : null;
}

/** Of all retain rules that match the longest wins; the id settles a tie. What is connected is in use: it counts from now. */
function retention(situation: Situation): Blocker | null {
  const { policy, facts, now } = situation;
  const inUse = facts.settledState === 'connected' ? now : null;
  const end = (rule: RetainRule) => latest(clockStart(rule.clock, facts), inUse) + rule.for;
  const [longest] = policy.retainRules.filter((rule) => rule.matches(facts)).sort((a, b) => end(b) - end(a) || (a.id < b.id ? -1 : 1));
  return longest ? blockedUntil('retain-rule', `The rule ${longest.id} retains it.`, end(longest), situation) : null;
}

function simulation({ policy }: Situation): Blocker | null {
  return policy.mode === 'simulate' ? { code: 'mode-simulate', detail: 'The rules are only simulated.', until: null } : null;
}

function exemption({ policy, facts }: Situation): Blocker | null {
  return policy.exempts(facts.labels) ? { code: 'exempt-label', detail: 'A label exempts it from the rules that act.', until: null } : null;
}

function storm(situation: Situation): Blocker | null {
  const until = situation.facts.stormUntil;
  return until === null ? null : blockedUntil('disconnect-storm', 'Many were disconnected at once and get time to come back.', until, situation);
}

function youngPairing(situation: Situation): Blocker | null {
  const since = situation.facts.pairingSince;
  return since === null ? null : blockedUntil('pairing', 'Somebody is pairing it.', since + YOUNG_PAIRING, situation);
}

function closedWindow({ policy, now }: Situation): Blocker | null {
  if (!policy.windows || policy.windows.isOpen(now)) return null;
  return { code: 'outside-window', detail: 'Removals start inside the windows of the policy only.', until: policy.windows.nextOpening(now) };
}

function dailyLimit({ policy, facts: { removals } }: Situation): Blocker | null {
  if (policy.maxRemovalsPer24h === null || removals.last24h < policy.maxRemovalsPer24h) return null;
  return { code: 'limit-per-24h', detail: 'As many were removed in 24 hours as the policy allows.', until: removals.freesAt };
}

function blockedRun({ facts }: Situation): Blocker | null {
  return facts.runBlocked ? { code: 'run-over-limit', detail: 'Its run went over a limit and waits to be released.', until: null } : null;
}

/** Delivered in this cycle and after the last hold release; then its time must pass, under this version. */
function notice(situation: Situation): Blocker | null {
  const { policy, facts } = situation;
  if (policy.noticeBefore === null) return null;
  const delivered = facts.noticeDeliveredAt;
  if (delivered === null || delivered < latest(facts.holdReleasedAt)) {
    return { code: 'notice', detail: 'Notice of the removal has not been delivered yet.', until: null };
  }
  const before = Math.max(policy.noticeBefore, FLOOR[facts.environment]);
  return blockedUntil('notice', 'Notice was given and its time has not passed yet.', latest(delivered, policy.activatedAt) + before, situation);
}

function approvals({ policy, facts, intent }: Situation): Blocker | null {
  const missing = (intent === 'rule' ? policy.purgeApprovals : policy.deletionApprovals) - facts.approvals;
  return missing > 0 ? { code: 'approvals', detail: `Approvals that are missing: ${missing}.`, until: null } : null;
}
