import { HistorySyncType, type SocketOptions } from '../whatsapp-engine.js';
import type { HistorySync, InstanceSettings } from './instance-settings.js';

export type SettingsOptions = Required<Pick<SocketOptions, 'markOnlineOnConnect' | 'syncFullHistory' | 'shouldIgnoreJid' | 'shouldSyncHistoryMessage'>>;

/**
 * What Baileys is told of an instance's settings. It asks its functions again each time, so these follow a change; the other two it reads
 * once, when the socket opens.
 * @param settings gives those of now
 */
export function socketOptions(settings: () => InstanceSettings): SettingsOptions {
  const { alwaysOnline, historySync } = settings();
  return {
    markOnlineOnConnect: alwaysOnline,
    syncFullHistory: historySync === 'full',
    shouldIgnoreJid: (jid) => isIgnored(jid, settings()),
    shouldSyncHistoryMessage: ({ syncType }) => WANTED[historySync](syncType),
  };
}

/** Newsletters always are: nothing of the product shows them. */
function isIgnored(jid: string, { ignoreGroups, ignoreStatus }: InstanceSettings): boolean {
  if (jid.endsWith('@newsletter')) return true;
  if (jid === 'status@broadcast') return ignoreStatus;
  return ignoreGroups && jid.endsWith('@g.us');
}

/** The protocol has two enumerations with the same numbers. */
type SyncType = number | null | undefined;

/** Not the past, but who is who: without it Baileys does not know which LID belongs to which number. */
const NOT_THE_PAST: ReadonlySet<SyncType> = new Set([
  HistorySyncType.INITIAL_BOOTSTRAP,
  HistorySyncType.PUSH_NAME,
  HistorySyncType.NON_BLOCKING_DATA,
]);

const WANTED: Record<HistorySync, (type: SyncType) => boolean> = {
  off: (type) => NOT_THE_PAST.has(type),
  recent: (type) => type !== HistorySyncType.FULL,
  full: () => true,
};
