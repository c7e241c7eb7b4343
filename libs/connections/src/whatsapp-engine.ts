/** All that the product uses of Baileys: the one file that imports values from it. Importing it restores what must not be missing. */
import './restore-verification.js';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { WhatsAppServer } from '#libs/contracts';
import { silenceLibsignal } from '#libs/platform';
import {
  type AuthenticationCreds,
  type BinaryNode,
  BufferJSON,
  cleanMessage,
  Curve,
  decodeMessageNode,
  generateMessageIDV2,
  getContentType,
  initAuthCreds,
  jidDecode,
  jidNormalizedUser,
  makeWASocket,
  MISSING_KEYS_ERROR_TEXT,
  normalizeMessageContent,
  proto,
  type SignalDataTypeMap,
  unpadRandomMax16,
  type UserFacingSocketConfig,
  WA_CERT_DETAILS,
  type WAMessage,
  type WASocket,
} from '@whiskeysockets/baileys';
import { mediaWays } from './media-ways.js';

silenceLibsignal(globalThis.console);
refuseBlindVerification();

const WHATSAPP_ROOT = WA_CERT_DETAILS.PUBLIC_KEY;
const rootOfSocket = new AsyncLocalStorage<Buffer>();
// Baileys knows one root for all. Inside the async context of a socket it is that socket's, everywhere else WhatsApp's.
Object.defineProperty(WA_CERT_DETAILS, 'PUBLIC_KEY', { configurable: true, get: () => rootOfSocket.getStore() ?? WHATSAPP_ROOT });

export type SocketOptions = Omit<UserFacingSocketConfig, 'waWebSocketUrl' | 'logger'>;

/** A socket that accepts exactly this server: WhatsApp's own root unless the server names another. */
export function openSocket(server: WhatsAppServer, options: SocketOptions): WASocket {
  const root = server.root ? Buffer.from(server.root) : WHATSAPP_ROOT;
  const ways = server.mediaCertificate === undefined ? {} : mediaWays(server.mediaCertificate);
  return rootOfSocket.run(root, () => makeWASocket({ ...ways, ...options, waWebSocketUrl: server.url, logger: SILENT }));
}

/** A new device identity. Called for a pairing that the tenant asked for, and nowhere else. */
export const newCredentials = (): AuthenticationCreds => initAuthCreds();

/** Bytes as base64 with a mark. */
export const jsonOf = (value: unknown): string => JSON.stringify(value, BufferJSON.replacer);
const valueOf = (json: string): unknown => JSON.parse(json, BufferJSON.reviver) as unknown;
export const encodeJson = (value: unknown): Buffer => Buffer.from(jsonOf(value));
export const decodeJson = (bytes: Buffer): unknown => valueOf(bytes.toString());

/** A Signal value as Baileys wants it back. */
export function decodeSignalValue<T extends keyof SignalDataTypeMap>(type: T, json: string): SignalDataTypeMap[T] {
  const value = valueOf(json);
  if (type !== 'app-state-sync-key') return value as SignalDataTypeMap[T];
  return proto.Message.AppStateSyncKeyData.fromObject(value as object) as unknown as SignalDataTypeMap[T];
}

export const encodeMessage = (message: proto.IMessage): Uint8Array => proto.Message.encode(message).finish();
export const decodeMessage = (bytes: Uint8Array): proto.IMessage => proto.Message.decode(bytes);
/** Who we are, as a socket knows it. */
type Me = AuthenticationCreds['me'];
/** What is written on a message, sealed or not. */
export const envelopeOf = (node: BinaryNode, me: Me): WAMessage => decodeMessageNode(node, me?.id ?? '', me?.lid ?? '').fullMessage;
/** As Baileys will tell of it, after it has told WhatsApp that it arrived. `opened`: what was sealed. */
export function openedMessage(node: BinaryNode, me: Me, opened: Uint8Array): WAMessage {
  const envelope = envelopeOf(node, me);
  const message = proto.Message.decode(unpadRandomMax16(opened));
  envelope.message = message.deviceSentMessage?.message ?? message;
  cleanMessage(envelope, me?.id ?? '', me?.lid ?? '');
  return envelope;
}
/** What libsignal says of a message whose key is used up. */
export const KEY_USED = MISSING_KEYS_ERROR_TEXT;
/** What is inside ephemeral, view-once and similar wrappers. */
export const contentOf = (message: proto.IMessage | null | undefined): proto.IMessage | undefined => normalizeMessageContent(message);
export const kindOf = (message: proto.IMessage): string | undefined => getContentType(message);
export const newMessageId = (me: string | undefined): string => generateMessageIDV2(me);
/** What a part of the account's past is called when the phone sends it. */
export const HistorySyncType = proto.HistorySync.HistorySyncType;
/** Without the device: `5511...:12@s.whatsapp.net` becomes `5511...@s.whatsapp.net`. */
export const userJid = (jid: string): string => jidNormalizedUser(jid);
export const digitsOf = (jid: string): string | undefined => jidDecode(jid)?.user;

/** Baileys would log stanzas, keys and numbers. */
const silent = () => undefined;
const SILENT: NonNullable<UserFacingSocketConfig['logger']> = {
  ...{ level: 'silent', child: () => SILENT, trace: silent, debug: silent, info: silent, warn: silent, error: silent },
};

function refuseBlindVerification(): void {
  const { public: key } = Curve.generateKeyPair();
  if (Curve.verify(key, Buffer.from('never signed'), Buffer.alloc(64, 1))) {
    throw new Error('Baileys accepts a bad signature: it would talk to any server that pretends to be WhatsApp');
  }
}
