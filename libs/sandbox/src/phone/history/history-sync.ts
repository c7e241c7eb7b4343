import { deflateSync } from 'node:zlib';
import { type Account, lidFor, lidJid, numberJid, parseJid } from '../../protocol/addresses.js';
import { proto } from '../../protocol/baileys.js';
import { isGroupJid } from '../../server/groups/group.js';
import type { HistoryMessage } from '../../store/history.repository.js';
import { webMessage, type Teller } from './web-message.js';

const { FULL, INITIAL_BOOTSTRAP, ON_DEMAND, PUSH_NAME, RECENT } = proto.HistorySync.HistorySyncType;
const { HISTORY_SYNC_NOTIFICATION } = proto.Message.ProtocolMessage.Type;
/** Of messages in one letter, before it is compressed. */
const LARGEST_CHUNK = 512 * 1024;
/** So many messages are recent, of all chats together. */
const MOST_RECENT = 100;

/** What a phone knows. Messages: newest first. */
export interface Memory {
  account: Account;
  messages: HistoryMessage[];
  people: Account[];
  /** subjects of groups, by JID */
  groups: Map<string, string>;
}

/** What a phone tells every device that it has just linked: its chats, then names, then what was said of late. At least the first. */
export function recentHistory(tenantId: string, memory: Memory): proto.IMessage[] {
  const teller = { tenantId, number: memory.account.number };
  const names = [memory.account, ...memory.people].map((person) => ({ id: numberJid(person), pushname: person.name }));
  const recent = memory.messages.slice(0, MOST_RECENT);
  return [
    notification({ syncType: INITIAL_BOOTSTRAP, conversations: conversations(teller, memory, firstOfEach(memory.messages)), phoneNumberToLidMappings: mappings(memory) }, { progress: 100 }),
    ...(memory.people.length > 0 ? [notification({ syncType: PUSH_NAME, conversations: [], pushnames: names }, {})] : []),
    ...pieces(RECENT, teller, memory, recent),
  ];
}

/** What was said before, for a device that wants all of it. */
export function earlierHistory(tenantId: string, memory: Memory): proto.IMessage[] {
  return pieces(FULL, { tenantId, number: memory.account.number }, memory, memory.messages.slice(MOST_RECENT));
}

function pieces(syncType: proto.HistorySync.HistorySyncType, teller: Teller, memory: Memory, messages: HistoryMessage[]): proto.IMessage[] {
  const chunks = chunksOf(messages);
  return chunks.map((chunk, place) => {
    const told = { progress: Math.round(((place + 1) / chunks.length) * 100), chunkOrder: place + 1 };
    return notification({ syncType, conversations: conversations(teller, memory, chunk), ...told }, told);
  });
}

/** What was asked for. `request`: id of the letter that asked. */
export function historyOnDemand(tenantId: string, memory: Memory, request: string): proto.IMessage {
  const teller = { tenantId, number: memory.account.number };
  return notification({ syncType: ON_DEMAND, conversations: conversations(teller, memory, memory.messages), progress: 100 }, { progress: 100, peerDataRequestSessionId: request });
}

function notification(history: proto.IHistorySync, more: Partial<proto.Message.IHistorySyncNotification>): proto.IMessage {
  const bytes = proto.HistorySync.encode(history).finish();
  const { syncType } = history;
  const historySyncNotification = { syncType, chunkOrder: 1, ...more, initialHistBootstrapInlinePayload: deflateSync(bytes), fileLength: bytes.length };
  return { protocolMessage: { type: HISTORY_SYNC_NOTIFICATION, historySyncNotification } };
}

function conversations(teller: Teller, { groups, people }: Memory, messages: HistoryMessage[]): proto.IConversation[] {
  const chats = [...new Set(messages.map(({ chat }) => chat))];
  return chats.map((chat) => {
    const said = messages.filter((message) => message.chat === chat);
    const unreadCount = said.filter(({ direction, status }) => direction === 'in' && status === 'received').length;
    const person = people.find((other) => numberJid(other) === chat);
    return {
      id: chat,
      conversationTimestamp: Math.floor(said[0]!.at.getTime() / 1000),
      unreadCount,
      ...(isGroupJid(chat) ? { name: groups.get(chat) } : { displayName: person?.name, lidJid: lidJid({ lid: lidFor(teller.tenantId, parseJid(chat)?.user ?? '') }), pnJid: chat }),
      messages: said.map((message, place) => ({ message: webMessage(teller, message), msgOrderId: said.length - place })),
    };
  });
}

function mappings({ account, people }: Memory): proto.IPhoneNumberToLIDMapping[] {
  return [account, ...people].map((person) => ({ pnJid: numberJid(person), lidJid: lidJid(person) }));
}

function firstOfEach(messages: HistoryMessage[]): HistoryMessage[] {
  return messages.filter(({ chat }, place) => messages.findIndex((other) => other.chat === chat) === place);
}

function chunksOf(messages: HistoryMessage[]): HistoryMessage[][] {
  const chunks: HistoryMessage[][] = [];
  let room = 0;
  for (const message of messages) {
    const bytes = message.original?.length ?? 0;
    if (chunks.length === 0 || bytes > room) [room] = [LARGEST_CHUNK, chunks.push([])];
    chunks.at(-1)!.push(message);
    room -= bytes;
  }
  return chunks;
}
