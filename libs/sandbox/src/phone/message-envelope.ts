import { normalizeMessageContent, proto } from '../protocol/baileys.js';
import { MEDIA_TYPES } from '../protocol/media-cipher.js';
import { stanza, type Stanza } from '../protocol/stanza.js';

/** What is written on the outside of a message, where the server reads it. */
export interface Envelope {
  type: string;
  /** what kind of correction it is */
  edit?: string;
  /** on each ciphertext */
  enc: { mediatype?: string; 'decrypt-fail'?: string };
  company: Stanza[];
}

const { MESSAGE_EDIT, REVOKE } = proto.Message.ProtocolMessage.Type;
const EDITED = '1';
const TAKEN_BACK = '7';
/** An admin of a group took back what somebody else wrote: the server passes it on from admins only. */
export const TAKEN_BACK_BY_ADMIN = '8';

/** The same for a message each time it is sent. */
export function envelopeFor(letter: proto.IMessage): Envelope {
  const message = normalizeMessageContent(letter) ?? {};
  const poll = message.pollCreationMessage ?? message.pollCreationMessageV2 ?? message.pollCreationMessageV3;
  if (message.reactionMessage) return { type: 'reaction', enc: { 'decrypt-fail': 'hide' }, company: [] };
  if (poll) return { type: 'poll', enc: {}, company: [stanza('meta', { polltype: 'creation' })] };
  if (message.pollUpdateMessage) return { type: 'poll', enc: {}, company: [stanza('meta', { polltype: 'vote' })] };
  const mediatype = mediaTypeOf(message);
  if (mediatype) return { type: 'media', enc: { mediatype }, company: [] };
  return { type: 'text', edit: editOf(message.protocolMessage), enc: {}, company: [] };
}

function mediaTypeOf(message: proto.IMessage): string | undefined {
  if (message.audioMessage) return message.audioMessage.ptt ? 'ptt' : 'audio';
  return MEDIA_TYPES.find((type) => message[`${type}Message`]);
}

function editOf(correction: proto.Message.IProtocolMessage | null | undefined): string | undefined {
  if (correction?.type === MESSAGE_EDIT) return EDITED;
  if (correction?.type !== REVOKE) return undefined;
  return correction.key?.fromMe ? TAKEN_BACK : TAKEN_BACK_BY_ADMIN;
}
