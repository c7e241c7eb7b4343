import type { Environment, Reason, SettledState } from '#libs/contracts';

/** `off`: no rule ever does anything. `simulate`: decisions are recorded, nothing is done. `enforce`: rules act. */
export const RETENTION_MODES = ['off', 'simulate', 'enforce'] as const;
export type RetentionMode = (typeof RETENTION_MODES)[number];

/** What a rule counts from; `latest` is the last of the other four. */
export const RETENTION_CLOCKS = ['disconnectedAt', 'lastActivityAt', 'createdAt', 'reasonAt', 'latest'] as const;
export type RetentionClock = (typeof RETENTION_CLOCKS)[number];

export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** ISO 8601 in weeks, days, hours, minutes and seconds: `P7D`, `PT36H`. A day is 24 hours exactly. */
export type IsoDuration = string;

/** A tenant's rules as a person writes them: one document per version, immutable once activated. */
export interface RetentionDocument {
  /** For editors: where the JSON Schema of this document is. */
  $schema?: string;
  schema: 'retention/v1';
  mode: RetentionMode;
  /** IANA name; of the windows. `UTC` when absent. */
  timezone?: string;
  /** A removal by rule starts only inside one of these. Absent: at any time. */
  windows?: RemovalWindow[];
  limits?: RemovalLimits;
  notice?: { before: IsoDuration; channels: ('journal' | 'webhook')[] };
  approvals?: { purge: number };
  deletion?: { grace?: IsoDuration; approvals?: number };
  messages?: MessageRetention;
  /** Label selectors: `vip`, `legal=*` (any value), `legal=x`. What carries one of them is left alone by every `act` rule. */
  exempt?: { labels: string[] };
  rules: RetentionRule[];
}

/** Local wall time in [from, to) of these days. */
export interface RemovalWindow {
  days: Weekday[];
  from: string;
  to: string;
}

/** Of removals by rule. */
export interface RemovalLimits {
  maxPerRun?: number;
  maxPercentPerRun?: number;
  maxPer24h?: number;
}

export interface MessageRetention {
  keep: IsoDuration;
  media?: { keep: IsoDuration };
}

export type RetentionRule = RetainDocumentRule | ActDocumentRule;

/** Keeps what it matches for so long, whatever an `act` rule or a person asks. Of several the longest wins. */
export interface RetainDocumentRule {
  id: string;
  kind: 'retain';
  match: RuleMatch;
  clock: RetentionClock;
  for: IsoDuration;
  messages?: MessageRetention;
}

/** Archives or purges what it matches. Of several the smallest priority decides. */
export interface ActDocumentRule {
  id: string;
  kind: 'act';
  priority: number;
  match: RuleMatch;
  clock: RetentionClock;
  archive?: { after: IsoDuration };
  purge?: { after: IsoDuration; grace: IsoDuration };
  messages?: MessageRetention;
}

/** All keys that are given must hold; none given matches everything a rule of this kind can match. */
export interface RuleMatch {
  environment?: Environment[];
  /** `connected` in `retain` rules only. */
  connection?: SettledState[];
  reason?: Exclude<Reason, 'platform_stopped'>[];
  /** Values by key; `*` is any value. */
  labels?: Record<string, string>;
  namePrefix?: string;
  /** ISO 8601 with an offset, for example `2026-01-01T00:00:00Z`. */
  createdBefore?: string;
}

/** What stands for a tenant that has never activated a version: no rule, nothing happens. */
export const NO_RULES: RetentionDocument = { schema: 'retention/v1', mode: 'off', rules: [] };
