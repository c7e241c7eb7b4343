import { clockStart, latest } from './decide-clock-start.js';
import { FLOOR } from './decide-due-at.js';
import type { Blocker, BlockerCode } from './retention-decision.js';
import type { RetentionIntent } from './retention-facts.js';
import type { RetainRule } from './retention-policy.js';
import type { Guarded, Situation } from './retention-situation.js';

const YOUNG_PAIRING = 10 * 60_000;

/** Answers with what blocks now. */
type Guard = (situation: Situation) => Blocker | Blocker[] | null;

const NEVER: readonly Guarded[] = [];
const PURGE: readonly Guarded[] = ['purge'];
const REMOVAL: readonly Guarded[] = ['schedule_purge', 'purge'];
const STEPS: readonly Guarded[] = ['archive', ...REMOVAL];
const WHAT_IS_LOST: readonly Guarded[] = [...REMOVAL, 'messages'];
const EVERYTHING: readonly Guarded[] = [...STEPS, 'messages'];

/** Which steps each guard stands before, by intent. The order is that of the answer. */
const GUARDS: readonly ({ guard: Guard } & Record<RetentionIntent, readonly Guarded[]>)[] = [
  { guard: killSwitch, rule: EVERYTHING, person: REMOVAL, tenant: REMOVAL },
  { guard: clockQuarantine, rule: EVERYTHING, person: REMOVAL, tenant: REMOVAL },
  { guard: suspension, rule: EVERYTHING, person: REMOVAL, tenant: NEVER },
  { guard: coveringHolds, rule: WHAT_IS_LOST, person: REMOVAL, tenant: REMOVAL },
  { guard: protection, rule: REMOVAL, person: REMOVAL, tenant: NEVER },
  { guard: retention, rule: REMOVAL, person: REMOVAL, tenant: REMOVAL },
  { guard: simulation, rule: EVERYTHING, person: NEVER, tenant: NEVER },
  { guard: exemption, rule: EVERYTHING, person: NEVER, tenant: NEVER },
  { guard: storm, rule: STEPS, person: NEVER, tenant: NEVER },
  { guard: youngPairing, rule: STEPS, person: PURGE, tenant: PURGE },
  { guard: closedWindow, rule: PURGE, person: NEVER, tenant: NEVER },
  { guard: dailyLimit, rule: PURGE, person: NEVER, tenant: NEVER },
  { guard: blockedRun, rule: PURGE, person: NEVER, tenant: NEVER },
  { guard: notice, rule: PURGE, person: NEVER, tenant: NEVER },
  { guard: approvals, rule: PURGE, person: PURGE, tenant: NEVER },
];

/** Who is asked about each step, worked out once: a preview asks a hundred thousand times. */
const STANDING = { rule: standing('rule'), person: standing('person'), tenant: standing('tenant') };

function standing(intent: RetentionIntent): Record<Guarded, readonly Guard[]> {
  const before = (step: Guarded) => GUARDS.filter((row) => row[intent].includes(step)).map(({ guard }) => guard);
  return { archive: before('archive'), schedule_purge: before('schedule_purge'), purge: before('purge'), messages: before('messages') };
}

/** What stands in the way of a step at this moment, in the order of the guards. */
export function blockersOf(action: Guarded, situation: Situation): Blocker[] {
  const blockers: Blocker[] = [];
  for (const guard of STANDING[situation.intent][action]) {
    const found = guard(situation);
    if (found) blockers.push(...(Array.isArray(found) ? found : [found]));
  }
  return blockers;
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
  return until === null ? null : blockedUntil('clock-quarantine', 'The clock has jumped, or went unwatched for a while, and is not trusted yet.', until, situation);
}

function suspension({ facts }: Situation): Blocker | null {
  return facts.tenantSuspended ? { code: 'tenant-suspended', detail: 'The tenant is suspended; its clocks stand still.', until: null } : null;
}

function coveringHolds({ facts, holds }: Situation): Blocker[] {
  const covering = holds.filter((hold) => hold.covers(facts)).sort((a, b) => (a.id < b.id ? -1 : 1));
  return covering.map(({ id, scope }) => ({ code: scope === 'platform' ? 'platform-hold' : 'hold', detail: `A hold is on it until it is released: ${id} (${scope}).`, until: null }));
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
