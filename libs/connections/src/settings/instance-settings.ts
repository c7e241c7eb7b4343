/** Which part of the account's past the phone is asked for when a device is linked to it. */
export const HISTORY_SYNCS = ['off', 'recent', 'full'] as const;
export type HistorySync = (typeof HISTORY_SYNCS)[number];

/** How the session of one instance behaves and by which way it goes out. */
export interface InstanceSettings {
  /** URL of the proxy, with its password; null: straight out */
  proxy: string | null;
  /** contacts see the account as online while its session lives */
  alwaysOnline: boolean;
  /** what is received is marked as read */
  readReceipts: boolean;
  /** what is said in groups is not received */
  ignoreGroups: boolean;
  /** status updates of contacts are not received */
  ignoreStatus: boolean;
  rejectCalls: boolean;
  /** sent to whoever was rejected; null: nothing */
  rejectCallsText: string | null;
  historySync: HistorySync;
}

/** Of an instance that nobody has set anything of. */
export const DEFAULT_SETTINGS: InstanceSettings = {
  proxy: null,
  alwaysOnline: false,
  readReceipts: false,
  ignoreGroups: false,
  ignoreStatus: true,
  rejectCalls: false,
  rejectCallsText: null,
  historySync: 'recent',
};

/** As stored: `version` counts changes by people, 0 before the first. */
export interface VersionedSettings {
  version: number;
  settings: InstanceSettings;
}

/** What only a new socket can follow: it goes out another way, or introduces itself differently. */
const OF_THE_SOCKET: ReadonlySet<keyof InstanceSettings> = new Set(['proxy', 'historySync']);

/** JSON merge patch (RFC 7396): an absent field stays; null takes away what may be absent. */
export type SettingsPatch = Partial<InstanceSettings>;

/** What a patch makes of the settings, and the names of what it really changes. */
export function mergeSettings(now: InstanceSettings, patch: SettingsPatch): { settings: InstanceSettings; fields: (keyof InstanceSettings)[] } {
  const settings = { ...now, ...given(patch) };
  return { settings, fields: changedFields(now, settings) };
}

export function needsNewSocket(before: InstanceSettings, after: InstanceSettings): boolean {
  return changedFields(before, after).some((field) => OF_THE_SOCKET.has(field));
}

const FIELDS = Object.keys(DEFAULT_SETTINGS) as (keyof InstanceSettings)[];

const changedFields = (before: InstanceSettings, after: InstanceSettings) => FIELDS.filter((field) => before[field] !== after[field]);

function given(patch: SettingsPatch): SettingsPatch {
  return Object.fromEntries(FIELDS.filter((field) => patch[field] !== undefined).map((field) => [field, patch[field]]));
}
