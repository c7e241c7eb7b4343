import { blockersOf } from './decide-blockers.js';
import { archiveDueAt, purgeDueAt, requestGrace, scheduleDueAt } from './decide-due-at.js';
import { latest } from './decide-clock-start.js';
import type { RetentionDecision } from './retention-decision.js';
import type { Hold, RetentionFacts, RetentionIntent } from './retention-facts.js';
import type { ActRule, RetentionPolicy } from './retention-policy.js';
import type { GuardedStep, Situation } from './retention-situation.js';

const NOTHING: RetentionDecision = { action: null, dueAt: null, rule: null, blockers: [], losers: [] };

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

/** A deletion that a person or the operator confirmed: scheduled at once, carried out after its own grace. That of a tenant is void once it was taken back. */
function decideByRequest(situation: Situation): RetentionDecision {
  const { facts, now, intent } = situation;
  if (!isScheduled(facts) || facts.schedule?.by !== intent) return { ...NOTHING, ...step('schedule_purge', now, situation) };
  if (isVoid(facts) || (intent === 'tenant' && !facts.tenantLeaving)) return cancel(now);
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
