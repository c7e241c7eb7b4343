import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { type Account, lidJid, numberJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';

const { APP_STATE_SYNC_KEY_SHARE, HISTORY_SYNC_NOTIFICATION } = proto.Message.ProtocolMessage.Type;
const { INITIAL_BOOTSTRAP } = proto.HistorySync.HistorySyncType;

/** What a phone sends to a device it has just linked: a key for settings, and its history, which is empty. */
export function historyBootstrap(account: Account, now: number): proto.IMessage[] {
  return [{ protocolMessage: settingsKey(now) }, { protocolMessage: emptyHistory(account) }];
}

/** A new key each time: settings are not synchronised yet, so no two devices need the same. */
function settingsKey(now: number): proto.Message.IProtocolMessage {
  const fingerprint = { rawId: 1, currentIndex: 0, deviceIndexes: [0] };
  const key = { keyId: { keyId: Buffer.from([0, 0, 0, 1]) }, keyData: { keyData: randomBytes(32), fingerprint, timestamp: now * 1000 } };
  return { type: APP_STATE_SYNC_KEY_SHARE, appStateSyncKeyShare: { keys: [key] } };
}

function emptyHistory(account: Account): proto.Message.IProtocolMessage {
  const history = proto.HistorySync.encode({
    syncType: INITIAL_BOOTSTRAP,
    conversations: [],
    pushnames: [],
    phoneNumberToLidMappings: [{ pnJid: numberJid(account), lidJid: lidJid(account) }],
  }).finish();
  const inline = deflateSync(history);
  const notification = { syncType: INITIAL_BOOTSTRAP, chunkOrder: 1, progress: 100, initialHistBootstrapInlinePayload: inline, fileLength: history.length };
  return { type: HISTORY_SYNC_NOTIFICATION, historySyncNotification: notification };
}
