import { type Account, numberJid, parseJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';
import { childrenOf, type Stanza } from '../protocol/stanza.js';
import { isGroupJid } from '../server/groups/group.js';
import type { ActivePhone } from './active-phone.js';
import { describeMessage } from './describe-message.js';
import { TAKEN_BACK_BY_ADMIN } from './message-envelope.js';
import type { Entry } from './phone-screen.js';

/** What is in a letter. */
export interface Reading {
  /** what of it shows on the phone; null when nothing does */
  entry: Entry | null;
  /** what a device of the phone's own asks of it */
  request: proto.Message.IPeerDataOperationRequestMessage | null;
}

/** @throws when it cannot be decrypted */
export async function readMessage(phone: ActivePhone, sender: Account, letter: Stanza): Promise<Reading> {
  const reading: Reading = { entry: null, request: null };
  const isOwn = sender.number === phone.account.number;
  for (const enc of childrenOf(letter, 'enc')) {
    const message = await open(phone, sender, letter, enc);
    reading.entry = entryFor(phone, letter, sender, message) ?? reading.entry;
    if (isOwn && letter.attrs.category === 'peer') reading.request = requestIn(message) ?? reading.request;
  }
  return reading;
}

/** Devices wrap what they ask like what they sent to somebody else. */
function requestIn({ deviceSentMessage, protocolMessage }: proto.IMessage): Reading['request'] {
  return (deviceSentMessage?.message?.protocolMessage ?? protocolMessage)?.peerDataOperationRequestMessage ?? null;
}

function open(phone: ActivePhone, sender: Account, { attrs }: Stanza, enc: Stanza): Promise<proto.IMessage> {
  const device = parseJid(attrs.participant ?? attrs.from)?.device ?? 0;
  return enc.attrs.type === 'skmsg' ? phone.decryptFromGroup(attrs.from ?? '', sender, device, enc) : phone.decryptFrom(sender, device, enc);
}

/** What another device of the same account sent shows as sent. */
function entryFor({ account }: ActivePhone, { attrs }: Stanza, sender: Account, received: proto.IMessage): Entry | null {
  const { deviceSentMessage: sent } = received;
  const message = sent?.message ? withCompany(sent.message, received) : received;
  const description = describeMessage(message);
  if (!description || attrs.category === 'peer') return null;
  const group = isGroupJid(attrs.from) ? attrs.from : null;
  const direction = sent || (group && sender.number === account.number) ? 'out' : 'in';
  const original = Buffer.from(proto.Message.encode(message).finish());
  const byAdmin = group !== null && attrs.edit === TAKEN_BACK_BY_ADMIN;
  return { id: attrs.id ?? '', chat: group ?? sent?.destinationJid ?? numberJid(sender), author: numberJid(sender), direction, ...description, byAdmin, original };
}

/** A device sends its own account the secret of a poll beside the message, not in it. */
function withCompany(message: proto.IMessage, { messageContextInfo }: proto.IMessage): proto.IMessage {
  return messageContextInfo && !message.messageContextInfo ? { ...message, messageContextInfo } : message;
}
