import type { RetentionClock } from './retention-document.js';
import type { RetentionFacts } from './retention-facts.js';

/** When a rule's clock starts: never before the instance was last in use, nor before a person or the operator last changed its prospect. */
export function clockStart(clock: RetentionClock, facts: RetentionFacts): number {
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
export function latest(...instants: (number | null | undefined)[]): number {
  let last = -Infinity;
  for (const instant of instants) if (instant != null && instant > last) last = instant;
  return last;
}
