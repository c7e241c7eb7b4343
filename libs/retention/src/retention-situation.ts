import type { RetentionStep } from './retention-decision.js';
import type { Hold, RetentionFacts, RetentionIntent } from './retention-facts.js';
import type { RetentionPolicy } from './retention-policy.js';

/** All that a decision rests on. */
export interface Situation {
  policy: RetentionPolicy;
  facts: RetentionFacts;
  holds: readonly Hold[];
  /** milliseconds since 1970, of the database's clock */
  now: number;
  intent: RetentionIntent;
}

/** Nothing stands before a rescue. */
export type GuardedStep = Exclude<RetentionStep, 'cancel'>;

/** What guards stand before: the steps of an instance, and the loss of what its messages say. */
export type Guarded = GuardedStep | 'messages';
