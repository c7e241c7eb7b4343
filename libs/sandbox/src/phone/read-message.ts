import type { proto } from '@whiskeysockets/baileys';
import { type Account, numberJid, parseJid } from '../protocol/addresses.js';
import { childrenOf, type Stanza } from '../protocol/stanza.js';
import type { NewPhoneMessage } from '../store/phone-messages.repository.js';
import type { ActivePhone } from './active-phone.js';
import { describeMessage } from './describe-message.js';

/** Decrypts a message and says what of it shows on the phone; null when nothing does. @throws when it cannot be decrypted */
export async function readMessage(phone: ActivePhone, sender: Account, letter: Stanza): Promise<NewPhoneMessage | null> {
  const device = parseJid(letter.attrs.from)?.device ?? 0;
  let shown: NewPhoneMessage | null = null;
  for (const enc of childrenOf(letter, 'enc')) shown = entryFor(letter, sender, await phone.decryptFrom(sender, device, enc)) ?? shown;
  return shown;
}

/** What another device of the same account sent shows as sent. */
function entryFor({ attrs }: Stanza, sender: Account, message: proto.IMessage): NewPhoneMessage | null {
  const { deviceSentMessage: sent } = message;
  const description = describeMessage(sent?.message ?? message);
  if (!description || attrs.category === 'peer') return null;
  const chat = sent?.destinationJid ?? numberJid(sender);
  return { id: attrs.id ?? '', chat, direction: sent ? 'out' : 'in', ...description, original: null };
}
