import type { RetentionClock, RetentionMode } from './retention-document.js';
import type { Labels } from './label-selector.js';
import type { RetentionFacts } from './retention-facts.js';

/** A version of a tenant's rules, made ready to decide. Durations are in milliseconds, instants in milliseconds since 1970. */
export interface RetentionPolicy {
  version: number;
  activatedAt: number;
  mode: RetentionMode;
  actRules: readonly ActRule[];
  retainRules: readonly RetainRule[];
  messageRules: readonly MessageRule[];
  exempts(labels: Labels): boolean;
  /** Null: removals may start at any time. */
  windows: RemovalWindows | null;
  maxRemovalsPer24h: number | null;
  /** of one run; null: none */
  runLimits: { maxPerRun: number | null; maxPercentPerRun: number | null };
  noticeBefore: number | null;
  purgeApprovals: number;
  deletionGrace: number;
  deletionApprovals: number;
}

export interface ActRule {
  id: string;
  priority: number;
  clock: RetentionClock;
  matches(facts: RetentionFacts): boolean;
  archive: { after: number } | null;
  purge: { after: number; grace: number } | null;
}

export interface RetainRule {
  id: string;
  clock: RetentionClock;
  matches(facts: RetentionFacts): boolean;
  for: number;
}

/** How long the content of messages is kept, whatever kind of rule says so. */
export interface MessageRule {
  /** Null: it is said for the whole document. */
  id: string | null;
  matches(facts: RetentionFacts): boolean;
  keep: number;
}

export interface RemovalWindows {
  isOpen(at: number): boolean;
  /** The first instant from this one on that is inside; null when there is none within two weeks. */
  nextOpening(at: number): number | null;
}
