import { lidFor, lidJid, numberJid, parseJid } from '../../protocol/addresses.js';
import { proto } from '../../protocol/baileys.js';
import { isGroupJid } from '../../server/groups/group.js';
import type { HistoryMessage } from '../../store/history.repository.js';

const { Status, StubType } = proto.WebMessageInfo;
const STATUS = { received: undefined, sent: Status.SERVER_ACK, delivered: Status.DELIVERY_ACK, read: Status.READ };

/** Whose history it is, and of which tenant. */
export interface Teller {
  tenantId: string;
  number: string;
}

/** A message as history tells it: as it is now, with its reactions. */
export function webMessage(teller: Teller, message: HistoryMessage): proto.IWebMessageInfo {
  const key = keyOf(teller, message.chat, message.author, message.id);
  const told = { key, messageTimestamp: Math.floor(message.at.getTime() / 1000), status: STATUS[message.status], participant: key.participant };
  if (message.revoked) return { ...told, messageStubType: StubType.REVOKE };
  return { ...told, message: currentContent(message), reactions: reactionsOf(teller, message) };
}

function keyOf(teller: Teller, chat: string, author: string, id?: string): proto.IMessageKey {
  const fromMe = author === numberJid(teller);
  const participant = isGroupJid(chat) ? lidJid({ lid: lidFor(teller.tenantId, parseJid(author)?.user ?? '') }) : undefined;
  return { remoteJid: chat, fromMe, id, participant };
}

function currentContent({ text, edited, original }: HistoryMessage): proto.IMessage {
  if (!original) return { conversation: text };
  const content = proto.Message.decode(original);
  if (!edited || text === null) return content;
  if (content.extendedTextMessage) return { ...content, extendedTextMessage: { ...content.extendedTextMessage, text } };
  return { ...content, conversation: text };
}

function reactionsOf(teller: Teller, { chat, reactions, at }: HistoryMessage): proto.IReaction[] {
  return Object.entries(reactions).map(([by, text]) => ({ key: keyOf(teller, chat, by), text, senderTimestampMs: at.getTime() }));
}
