import { createHash, hkdfSync } from 'node:crypto';
import { proto } from './baileys.js';

const { APP_STATE_SYNC_KEY_SHARE } = proto.Message.ProtocolMessage.Type;
const HALF = 32;

/** What a settings key is expanded to: one key for each purpose. */
export interface SettingsKeys {
  index: Buffer;
  valueEncryption: Buffer;
  valueMac: Buffer;
  snapshotMac: Buffer;
  patchMac: Buffer;
}

/** By which clients tell one key from another. */
export function settingsKeyId(key: Buffer): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, 6);
}

export function settingsKeyData(key: Buffer): proto.Message.IAppStateSyncKeyData {
  return { keyData: key, fingerprint: { rawId: 1, currentIndex: 0, deviceIndexes: [0] }, timestamp: 1 };
}

/** The message by which a phone gives the key to its devices. */
export function settingsKeyShare(key: Buffer): proto.IMessage {
  const keys = [{ keyId: { keyId: settingsKeyId(key) }, keyData: settingsKeyData(key) }];
  return { protocolMessage: { type: APP_STATE_SYNC_KEY_SHARE, appStateSyncKeyShare: { keys } } };
}

export function expandSettingsKey(key: Buffer): SettingsKeys {
  const expanded = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'WhatsApp Mutation Keys', 5 * HALF));
  const [index, valueEncryption, valueMac, snapshotMac, patchMac] = Array.from({ length: 5 }, (_, place) => expanded.subarray(place * HALF, (place + 1) * HALF));
  return { index: index!, valueEncryption: valueEncryption!, valueMac: valueMac!, snapshotMac: snapshotMac!, patchMac: patchMac! };
}
