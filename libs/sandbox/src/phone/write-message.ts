import { randomBytes } from 'node:crypto';
import { proto } from '../protocol/baileys.js';
import { sealVote } from '../protocol/poll-vote.js';
import { isGroupJid } from '../server/groups/group.js';
import type { KeptMessage } from '../store/phone-messages.repository.js';
import { assertPossible } from './assert-possible.js';
import type { Chat } from './chats.js';
import type { Utterance } from './utterance.js';

/** Where something is said, and about what. */
export interface Scene {
  /** JID, by number */
  writer: string;
  chat: Chat;
  /** the message that it is about */
  subject: KeptMessage | null;
}

const { MESSAGE_EDIT, REVOKE } = proto.Message.ProtocolMessage.Type;

/** What a person does, as WhatsApp puts it. @throws BadMessage when it cannot be done with its subject */
export function writeMessage(utterance: Utterance, scene: Scene, now: number): proto.IMessage {
  if (scene.subject) assertPossible(utterance, scene.subject, scene);
  switch (utterance.kind) {
    case 'text':
      return scene.subject ? reply(utterance.text, scene, scene.subject) : { conversation: utterance.text };
    case 'media':
      return scene.subject ? answeringMedia(utterance.media, scene, scene.subject) : utterance.media;
    case 'reaction':
      return { reactionMessage: { key: keyOf(scene), text: utterance.emoji, senderTimestampMs: now } };
    case 'edit':
      return { protocolMessage: { key: keyOf(scene), type: MESSAGE_EDIT, editedMessage: { conversation: utterance.text }, timestampMs: now } };
    case 'revoke':
      return { protocolMessage: { key: keyOf(scene), type: REVOKE } };
    case 'poll':
      return poll(utterance);
    case 'vote':
      return vote(utterance.options, scene, now);
  }
}

function reply(text: string, scene: Scene, subject: KeptMessage): proto.IMessage {
  return { extendedTextMessage: { text, contextInfo: quotation(scene, subject) } };
}

function answeringMedia(media: proto.IMessage, scene: Scene, subject: KeptMessage): proto.IMessage {
  return Object.fromEntries(Object.entries(media).map(([kind, file]) => [kind, { ...(file as object), contextInfo: quotation(scene, subject) }]));
}

function quotation({ chat }: Scene, { id, author, original }: KeptMessage): proto.IContextInfo {
  return { stanzaId: id, participant: chat.seenAs(author), quotedMessage: original && proto.Message.decode(original) };
}

function poll({ question, options, choices }: Extract<Utterance, { kind: 'poll' }>): proto.IMessage {
  const creation = { name: question, options: options.map((optionName) => ({ optionName })), selectableOptionsCount: choices };
  const messageContextInfo = { messageSecret: randomBytes(32) };
  return choices === 1 ? { messageContextInfo, pollCreationMessageV3: creation } : { messageContextInfo, pollCreationMessage: creation };
}

function vote(options: string[], scene: Scene, now: number): proto.IMessage {
  const { id, author, original } = scene.subject!;
  const secret = proto.Message.decode(original!).messageContextInfo!.messageSecret!;
  const sealed = sealVote({ pollId: id, creator: scene.chat.seenAs(author), voter: scene.chat.seenAs(scene.writer), secret }, options);
  return { pollUpdateMessage: { pollCreationMessageKey: keyOf(scene), vote: sealed, senderTimestampMs: now } };
}

/** The subject as the writer names it. In a group also by its author. */
function keyOf({ writer, chat, subject }: Scene): proto.IMessageKey {
  const { id, author } = subject!;
  const fromMe = author === writer;
  return { remoteJid: chat.jid, fromMe, id, ...(isGroupJid(chat.jid) && !fromMe && { participant: chat.seenAs(author) }) };
}
