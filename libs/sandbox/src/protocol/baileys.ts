/** What the sandbox uses of Baileys: its codec, its protobuf types and its Signal peer. The one file here that imports values from it. */
import { silenceLibsignal } from '#libs/platform';

silenceLibsignal(globalThis.console);

export {
  addTransactionCapability,
  BufferJSON,
  chatModificationToAppPatch,
  Curve,
  decodeBinaryNode,
  decodeSyncdPatch,
  decryptPollVote,
  DEFAULT_CONNECTION_CONFIG,
  encodeBigEndian,
  encodeBinaryNode,
  encodeSyncdPatch,
  encodeWAMessage,
  generateRegistrationId,
  generateSignalPubKey,
  getAllBinaryNodeChildren,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  jidDecode,
  jidEncode,
  normalizeMessageContent,
  proto,
  signedKeyPair,
  unpadRandomMax16,
} from '@whiskeysockets/baileys';
