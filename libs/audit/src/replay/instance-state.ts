import type { DesiredState, Environment, HoldId, Lifecycle, PurgeId, Reason, RemovalIntent, SettledState } from '#libs/contracts';

/**
 * What an instance is, as far as its journal tells it. Left out, since no entry tells them: attempts under way (`pairing`, `connecting`), times, and
 * the values of its connection's settings, of which the journal names only the fields.
 */
export interface InstanceState {
  /** of its newest entry */
  seq: number;
  environment: Environment | null;
  lifecycle: Lifecycle;
  /** of a scheduled removal: where a cancel leads back to */
  lifecycleFrom: Lifecycle | null;
  /** of a removal that is scheduled, or was carried out */
  purgeId: PurgeId | null;
  /** of a removal that is scheduled */
  purgeIntent: RemovalIntent | null;
  /** whether what was sealed with its key can be read */
  hasKey: boolean;
  cycle: number;
  name: string | null;
  labels: Record<string, string>;
  deletionProtection: boolean;
  desiredState: DesiredState;
  settledState: SettledState;
  settledReason: Reason | null;
  phoneNumber: string | null;
  /** on the instance alone */
  holds: HoldId[];
  override: { archiveAfter: string | null; purgeAfter: string | null; mayShorten: boolean } | null;
}

/** There is nothing of its connection: before the first pairing, and after a purge. */
export const NO_CONNECTION = { settledState: 'never_paired', settledReason: null, phoneNumber: null } as const;

/** As it is made, before the entry that made it says more. */
export const UNTOLD: InstanceState = {
  ...{ seq: 0, environment: null, lifecycle: 'active', lifecycleFrom: null, purgeId: null, purgeIntent: null, hasKey: true, cycle: 0 },
  ...{ name: null, labels: {}, deletionProtection: false, desiredState: 'stopped', ...NO_CONNECTION, holds: [], override: null },
};
