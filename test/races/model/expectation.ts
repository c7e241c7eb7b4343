import type { Caller, InstanceId } from '#libs/contracts';
import type { RemovalGround } from '../removal/removal-ground.js';

/** What somebody was told about an instance, and nothing that they were not. */
export interface Told {
  labels: Record<string, string>;
  isProtected: boolean;
  isConnected: boolean;
  /** a person confirmed its deletion */
  isConfirmed: boolean;
  isGone: boolean;
  approvals: number;
}

export interface ToldHold {
  id: string;
  scope: 'instance' | 'selector' | 'tenant';
  place: number | null;
  key: string | null;
}

/** What must hold: everything that was acknowledged, and no word of how the product keeps it. */
export interface Expectation {
  instances: Told[];
  holds: ToldHold[];
  platformHolds: string[];
  isKilled: boolean;
  isSuspended: boolean;
  mode: 'off' | 'simulate' | 'enforce';
  hasPurgingRule: boolean;
  needsApproval: boolean;
  /** once a run may have waited to be released: then it goes in slices */
  hadLimit: boolean;
}

/** What is really there. */
export interface Reality {
  ground: RemovalGround;
  caller: Caller;
  other: Caller;
  ids: InstanceId[];
  /** what was done, for whoever has to understand a failure */
  done: string[];
}

export const newTold = (labels: Record<string, string> = {}): Told => ({ labels, isProtected: false, isConnected: false, isConfirmed: false, isGone: false, approvals: 0 });

export const newExpectation = (): Expectation => ({
  instances: [],
  holds: [],
  platformHolds: [],
  isKilled: false,
  isSuspended: false,
  mode: 'off',
  hasPurgingRule: false,
  needsApproval: false,
  hadLimit: false,
});

/** Why an instance must not be removed now. */
export function reasonsAgainst({ instances, holds, platformHolds, isKilled, isSuspended, mode, hasPurgingRule }: Expectation, place: number): string[] {
  const told = instances[place]!;
  const covers = (hold: ToldHold) => hold.scope === 'tenant' || hold.place === place || (hold.key !== null && hold.key in told.labels);
  return [
    ...holds.filter(covers).map(({ scope }) => `a hold (${scope}) is on it`),
    ...(platformHolds.length > 0 ? ['the operator holds everything'] : []),
    ...(isKilled ? ['the kill switch is on'] : []),
    ...(isSuspended ? ['its tenant is suspended'] : []),
    ...(told.isProtected ? ['it is protected'] : []),
    ...(told.isConnected ? ['it is connected'] : []),
    ...(!told.isConfirmed && (mode !== 'enforce' || !hasPurgingRule) ? ['nobody has asked for it'] : []),
  ];
}
