import { type Account, numberJid, parseJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';
import { childrenOf, type Stanza } from '../protocol/stanza.js';
import type { ActivePhone } from './active-phone.js';
import { describeMessage } from './describe-message.js';
import type { Entry } from './phone-screen.js';

/** Decrypts a message and says what of it shows on the phone; null when nothing does. @throws when it cannot be decrypted */
export async function readMessage(phone: ActivePhone, sender: Account, letter: Stanza): Promise<Entry | null> {
  const device = parseJid(letter.attrs.from)?.device ?? 0;
  let shown: Entry | null = null;
  for (const enc of childrenOf(letter, 'enc')) shown = entryFor(letter, sender, await phone.decryptFrom(sender, device, enc)) ?? shown;
  return shown;
}

/** What another device of the same account sent shows as sent. */
function entryFor({ attrs }: Stanza, sender: Account, received: proto.IMessage): Entry | null {
  const { deviceSentMessage: sent } = received;
  const message = sent?.message ? withCompany(sent.message, received) : received;
  const description = describeMessage(message);
  if (!description || attrs.category === 'peer') return null;
  const chat = sent?.destinationJid ?? numberJid(sender);
  const original = Buffer.from(proto.Message.encode(message).finish());
  return { id: attrs.id ?? '', chat, author: numberJid(sender), direction: sent ? 'out' : 'in', ...description, original };
}

/** A device sends its own account the secret of a poll beside the message, not in it. */
function withCompany(message: proto.IMessage, { messageContextInfo }: proto.IMessage): proto.IMessage {
  return messageContextInfo && !message.messageContextInfo ? { ...message, messageContextInfo } : message;
}
