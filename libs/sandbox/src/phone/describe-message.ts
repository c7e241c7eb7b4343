import { normalizeMessageContent, proto } from '../protocol/baileys.js';
import { factsOf, mediaIn, type MediaFacts } from './media-message.js';

/** A poll as it was made. */
export interface Poll {
  question: string;
  options: string[];
  /** how many of them one may choose; 0: any number */
  choices: number;
}

/** What a message does to another one, which it names by id. */
export type Change =
  | { what: 'edit'; text: string | null }
  | { what: 'revoke' }
  /** an empty emoji takes the reaction back */
  | { what: 'reaction'; emoji: string }
  | { what: 'vote'; vote: proto.Message.IPollEncValue };

export interface MessageDescription {
  /** the content's kind as WhatsApp names it, for example `conversation`; `edit` and `revoke` for what WhatsApp calls protocol messages */
  kind: string;
  /** null when it carries no text */
  text: string | null;
  /** id of the message that it answers or changes */
  refersTo: string | null;
  poll: Poll | null;
  media: MediaFacts | null;
  change: Change | null;
}

/** What comes with every message and is not what it says. */
const COMPANY = new Set(['messageContextInfo', 'senderKeyDistributionMessage']);
const { MESSAGE_EDIT, REVOKE } = proto.Message.ProtocolMessage.Type;

/** What a person would see of a message; null for one that only devices read. */
export function describeMessage(received: proto.IMessage): MessageDescription | null {
  const message = normalizeMessageContent(received) ?? {};
  const kind = Object.keys(message).find((name) => !COMPANY.has(name) && message[name as keyof proto.IMessage] != null);
  if (!kind) return null;
  if (message.protocolMessage) return describeCorrection(message.protocolMessage);
  if (message.reactionMessage) return describeReaction(message.reactionMessage);
  if (message.pollUpdateMessage) return describeVote(message.pollUpdateMessage);
  const media = mediaIn(message);
  return { kind, text: textIn(message), refersTo: quotedIn(message, kind), poll: pollIn(message), media: media && factsOf(media), change: null };
}

function describeCorrection({ type, key, editedMessage }: proto.Message.IProtocolMessage): MessageDescription | null {
  const refersTo = key?.id ?? null;
  if (type === REVOKE) return { kind: 'revoke', text: null, refersTo, poll: null, media: null, change: { what: 'revoke' } };
  if (type !== MESSAGE_EDIT) return null;
  const text = textIn(normalizeMessageContent(editedMessage) ?? {});
  return { kind: 'edit', text, refersTo, poll: null, media: null, change: { what: 'edit', text } };
}

function describeReaction({ key, text }: proto.Message.IReactionMessage): MessageDescription {
  const change: Change = { what: 'reaction', emoji: text ?? '' };
  return { kind: 'reactionMessage', text: text || null, refersTo: key?.id ?? null, poll: null, media: null, change };
}

/** Which options were chosen is not known before the poll has been found. */
function describeVote({ pollCreationMessageKey, vote }: proto.Message.IPollUpdateMessage): MessageDescription {
  const change: Change = { what: 'vote', vote: vote ?? {} };
  return { kind: 'pollUpdateMessage', text: null, refersTo: pollCreationMessageKey?.id ?? null, poll: null, media: null, change };
}

function textIn(message: proto.IMessage): string | null {
  const caption = message.imageMessage?.caption ?? message.videoMessage?.caption ?? message.documentMessage?.caption;
  return message.conversation ?? message.extendedTextMessage?.text ?? caption ?? pollIn(message)?.question ?? null;
}

function quotedIn(message: proto.IMessage, kind: string): string | null {
  const content = message[kind as keyof proto.IMessage] as { contextInfo?: proto.IContextInfo | null } | string;
  return (typeof content === 'object' && content.contextInfo?.stanzaId) || null;
}

function pollIn(message: proto.IMessage): Poll | null {
  const poll = message.pollCreationMessage ?? message.pollCreationMessageV2 ?? message.pollCreationMessageV3;
  if (!poll) return null;
  return { question: poll.name ?? '', options: (poll.options ?? []).map(({ optionName }) => optionName ?? ''), choices: poll.selectableOptionsCount ?? 0 };
}
