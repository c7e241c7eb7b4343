import type { RetentionAction } from '#libs/contracts';

/** `cancel` takes a scheduled purge back: a rescue, which nothing blocks. */
export type RetentionStep = RetentionAction | 'cancel';

export type BlockerCode =
  | 'kill-switch'
  | 'clock-quarantine'
  | 'tenant-suspended'
  | 'hold'
  | 'platform-hold'
  | 'deletion-protection'
  | 'retain-rule'
  | 'mode-simulate'
  | 'exempt-label'
  | 'disconnect-storm'
  | 'pairing'
  | 'outside-window'
  | 'limit-per-24h'
  | 'run-over-limit'
  | 'notice'
  | 'approvals';

/** Why a step is not taken now, in a sentence, and when that ends (milliseconds since 1970; null: nobody can say). */
export interface Blocker {
  code: BlockerCode;
  detail: string;
  until: number | null;
}

/** The next step of an instance. It is taken when `dueAt <= now` and nothing blocks. */
export interface RetentionDecision {
  /** Null: nothing is asked for. */
  action: RetentionStep | null;
  /** Milliseconds since 1970, may lie ahead; null without an action. */
  dueAt: number | null;
  /** The `act` rule that decided; null for a person's or a tenant's deletion, and when none matches. */
  rule: string | null;
  /** What stands in the way at this moment, in the order of the guards. */
  blockers: readonly Blocker[];
  /** Other `act` rules that match, which lost by priority, in its order. */
  losers: readonly string[];
}
