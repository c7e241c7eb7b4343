import { blockersOf } from './decide-blockers.js';
import { FLOOR } from './decide-due-at.js';
import type { Blocker } from './retention-decision.js';
import type { Hold, RetentionFacts } from './retention-facts.js';
import type { MessageRule, RetentionPolicy } from './retention-policy.js';

/** How long the content of an instance's messages is kept. Durations are in milliseconds, instants in milliseconds since 1970. */
export interface MessageDecision {
  /** Null: without a limit. */
  keepFor: number | null;
  /** The rule whose limit it is; null: that of the whole document, or none. */
  rule: string | null;
  /** Nothing goes before: whoever put these rules in force has that long to think again. */
  notBefore: number;
  /** What stands in the way at this moment, in the order of the guards. */
  blockers: readonly Blocker[];
}

/**
 * Until what age the content of messages is kept: of all limits that match the longest wins. The order of rules and holds does not matter;
 * adding a hold or an exemption never lets anything go earlier, nor does adding a limit where there is one.
 */
export function decideMessages(policy: RetentionPolicy, facts: RetentionFacts, holds: readonly Hold[], now: number): MessageDecision {
  const floor = FLOOR[facts.environment];
  const notBefore = Math.max(policy.activatedAt, facts.tenantResumedAt ?? 0) + floor;
  const longest = facts.lifecycle === 'purged' || policy.mode === 'off' ? null : longestOf(policy.messageRules.filter((rule) => rule.matches(facts)));
  if (!longest) return { keepFor: null, rule: null, notBefore, blockers: [] };
  const blockers = blockersOf('messages', { policy, facts, holds, now, intent: 'rule' });
  return { keepFor: Math.max(longest.keep, floor), rule: longest.id, notBefore, blockers };
}

/** The content of what was sent until then goes now; null: none does. */
export function erasedUntil({ keepFor, notBefore, blockers }: MessageDecision, now: number): number | null {
  return keepFor === null || blockers.length > 0 || now < notBefore ? null : now - keepFor;
}

/** Of equally long ones that of the document, then the first by id. */
function longestOf(rules: readonly MessageRule[]): MessageRule | null {
  const [longest] = [...rules].sort((a, b) => b.keep - a.keep || ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
  return longest ?? null;
}
