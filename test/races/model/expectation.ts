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
  /** when the last hold on it was released */
  releasedAt: Date | null;
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
  /** how many others have to agree */
  approvals: { rule: number; person: number };
  givesNotice: boolean;
  limits: { perRun: number; perDay: number };
}

/** What is really there. */
export interface Reality {
  ground: RemovalGround;
  caller: Caller;
  other: Caller;
  ids: InstanceId[];
  /** a key of another tenant */
  stranger: Caller;
  /** the rows of each instance, as they were last seen */
  prints: Map<InstanceId, string>;
  /** what was done, for whoever has to understand a failure */
  done: string[];
}

export const newTold = (labels: Record<string, string> = {}): Told => ({ labels, isProtected: false, isConnected: false, isConfirmed: false, isGone: false, releasedAt: null });

export const newExpectation = (): Expectation => ({
  instances: [],
  holds: [],
  platformHolds: [],
  isKilled: false,
  isSuspended: false,
  mode: 'off',
  hasPurgingRule: false,
  approvals: { rule: 0, person: 0 },
  givesNotice: false,
  limits: { perRun: Infinity, perDay: Infinity },
});

export const isOn = ({ scope, place: of, key }: ToldHold, { labels }: Told, place: number): boolean => scope === 'tenant' || of === place || (key !== null && key in labels);

/** Why an instance must not be removed now. */
export function reasonsAgainst({ instances, holds, platformHolds, isKilled, isSuspended, mode, hasPurgingRule }: Expectation, place: number): string[] {
  const told = instances[place]!;
  return [
    ...holds.filter((hold) => isOn(hold, told, place)).map(({ scope }) => `a hold (${scope}) is on it`),
    ...(platformHolds.length > 0 ? ['the operator holds everything'] : []),
    ...(isKilled ? ['the kill switch is on'] : []),
    ...(isSuspended ? ['its tenant is suspended'] : []),
    ...(told.isProtected ? ['it is protected'] : []),
    ...(told.isConnected ? ['it is connected'] : []),
    ...(!told.isConfirmed && (mode !== 'enforce' || !hasPurgingRule) ? ['nobody has asked for it'] : []),
  ];
}
