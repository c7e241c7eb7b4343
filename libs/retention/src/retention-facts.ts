import type { DesiredState, Environment, HoldId, InstanceId, Lifecycle, Reason, SettledState } from '#libs/contracts';
import type { Labels } from './label-selector.js';

/** What is being decided: the next step of the rules, a deletion a person confirmed, or the deletion of the whole tenant. */
export type RetentionIntent = 'rule' | 'person' | 'tenant';

/**
 * All that decide() may know about an instance, read in one statement. Every instant is in milliseconds since 1970 and of the
 * database's clock; null is "never" or "not".
 */
export interface RetentionFacts {
  instanceId: InstanceId;
  environment: Environment;
  name: string;
  labels: Labels;
  createdAt: number;
  deletionProtection: boolean;
  /** Counts connections, restores, cancels and hold releases: what was arranged in another cycle is void. */
  cycle: number;

  /** What the tenant wants; no rule asks. */
  desiredState: DesiredState;
  lifecycle: Lifecycle;
  /** Where a scheduled purge would go back to. */
  lifecycleFrom: 'active' | 'archived' | null;
  /** The scheduled purge; null outside `purge_scheduled`. */
  schedule: { at: number; by: RetentionIntent; cycle: number } | null;
  restoredAt: number | null;
  cancelledAt: number | null;
  /** The last release of a hold that covered the instance. */
  holdReleasedAt: number | null;

  settledState: SettledState;
  settledReason: Reason | null;
  settledSince: number;
  reasonAt: number | null;
  /** Since when somebody is trying to pair. */
  pairingSince: number | null;
  /** Until when a disconnect that came with many others starts no clock. */
  stormUntil: number | null;
  lastConnectedAt: number | null;
  lastActivityAt: number | null;

  /** Replaces `after` of the deciding rule: longer always, shorter only when whoever set it may shorten. */
  override: { archiveAfter: number | null; purgeAfter: number | null; mayShorten: boolean } | null;
  /** Of the present cycle. */
  noticeDeliveredAt: number | null;
  /** Of the present cycle, by distinct keys, none of them the requester's. */
  approvals: number;

  tenantSuspended: boolean;
  /** Its deletion is confirmed, and not taken back. */
  tenantLeaving: boolean;
  tenantResumedAt: number | null;
  /** Removals by rule of this tenant and environment in the last 24 hours, and when the oldest of them is 24 hours ago. */
  removals: { last24h: number; freesAt: number | null };
  /** The rule run that this instance belongs to went over a limit and waits to be released. */
  runBlocked: boolean;

  killSwitch: boolean;
  /** Also the mark the clock has fallen behind, less its 2 s. Infinity: until all have tried to connect, or somebody acknowledges. */
  clockQuarantinedUntil: number | null;
}

/** Keeps what it covers until it is released. */
export interface Hold {
  id: HoldId;
  scope: 'instance' | 'selector' | 'tenant' | 'platform';
  covers(facts: RetentionFacts): boolean;
}
