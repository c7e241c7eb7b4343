import type { Actor, BulkRequestId, Environment, EventId, InstanceId, KeyId, PurgeId } from '#libs/contracts';

export const BULK_ACTIONS = ['archive', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** `open`: waits to be confirmed. `stopped`: by a person, and nothing more of it is done. */
export type BulkStatus = 'open' | 'running' | 'stopped' | 'finished';

/** What a person asked to be done to many instances: exactly these, found once. */
export interface BulkRequest {
  id: BulkRequestId;
  environment: Environment;
  action: BulkAction;
  /** how many */
  instances: number;
  /** as it was when it was asked for: why, how often */
  wouldRefuse: Record<string, number>;
  requestedAt: Date;
  requestedBy: Actor;
  keyId: KeyId;
  tokenHash: Buffer;
  tokenUntil: Date;
  status: BulkStatus;
  /** the entry that says so; null: it never was, or before it was noted */
  confirmedEvent: EventId | null;
  endedAt: Date | null;
}

/** An instance of the set, in the version that was there when it was asked for: another one is refused. */
export interface BulkMember {
  instanceId: InstanceId;
  version: number;
}

/** How it fared. Outcome null: it has not had its turn. */
export interface BulkResult {
  instanceId: InstanceId;
  outcome: 'done' | 'refused' | null;
  reason: string | null;
  purgeId: PurgeId | null;
}

export interface BulkTally {
  done: number;
  refused: number;
  /** why, how often */
  reasons: Record<string, number>;
}
