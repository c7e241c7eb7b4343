import type { MessageDecision, RetentionDecision, RetentionFacts, RetentionPolicy, RetentionStep } from '#libs/retention';

export interface Explained {
  policy: RetentionPolicy;
  facts: RetentionFacts;
  decision: RetentionDecision;
  messages: MessageDecision;
  /** Milliseconds since 1970. */
  at: number;
}

const STEPS: Record<RetentionStep, string> = {
  archive: 'It is to be archived',
  schedule_purge: 'Its removal is to be scheduled',
  purge: 'It is to be removed',
  cancel: 'Its scheduled removal is to be taken back',
};

/** A decision in a sentence or two. */
export function describeDecision(explained: Explained): string {
  const { decision, at } = explained;
  if (decision.action === null) return whyNothing(explained);
  const step = STEPS[decision.action] + (decision.rule ? ` by the rule ${decision.rule}` : '');
  const blocked = decision.blockers.map(({ detail }) => detail).join(' ');
  const when = decision.dueAt! <= at ? 'and is due' : `at ${new Date(decision.dueAt!).toISOString()} unless something changes`;
  return blocked ? `${step} ${when}, but something stands in the way: ${blocked}` : `${step} ${when}.`;
}

/** From when the step may be taken (milliseconds since 1970); null when there is none, or nobody can say. */
export function possibleFrom({ action, dueAt, blockers }: RetentionDecision): number | null {
  if (action === null || dueAt === null) return null;
  const from = Math.max(dueAt, ...blockers.map(({ until }) => until ?? Infinity));
  return Number.isFinite(from) ? from : null;
}

function whyNothing({ policy, facts, decision }: Explained): string {
  if (facts.lifecycle === 'purged') return 'It is gone.';
  if (policy.mode === 'off') return 'The rules are off: none of them does anything.';
  if (facts.settledState === 'connected') return 'It is connected: no rule acts on what is in use.';
  if (facts.settledReason === 'platform_stopped') return 'The platform stopped it, which starts no clock.';
  if (decision.rule) return `The rule ${decision.rule} has nothing left to do.`;
  return 'No rule matches it.';
}
