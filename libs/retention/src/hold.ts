import type { Actor, Environment, HoldId, InstanceId } from '#libs/contracts';
import type { LabelSelector } from './label-selector.js';

export const HOLD_SCOPES = ['instance', 'selector', 'tenant'] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];

/** A hold as it is kept: in `active_holds` while it is in force, in `hold_history` afterwards. Covers what is of its environment only. */
export interface StoredHold {
  id: HoldId;
  environment: Environment;
  scope: HoldScope;
  instanceId: InstanceId | null;
  selector: LabelSelector | null;
  reason: string;
  placedAt: Date;
  placedBy: Actor;
  /** both null: in force */
  releasedAt: Date | null;
  releasedBy: Actor | null;
}
