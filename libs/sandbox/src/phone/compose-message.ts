import type { proto } from '@whiskeysockets/baileys';
import { type Account, numberJid } from '../protocol/addresses.js';
import { stanza, type Stanza } from '../protocol/stanza.js';
import type { Member } from '../store/directory.js';
import type { ActivePhone } from './active-phone.js';
import { envelopeFor } from './message-envelope.js';

export interface Letter {
  id: string;
  addressee: Account;
  message: proto.IMessage;
  recipients: Member[];
  /** how often it has been asked for again */
  count?: number;
}

/** A message as the phone hands it to the server: one ciphertext per device. The phone's own devices also learn whom it went to. */
export async function composeMessage(phone: ActivePhone, { id, addressee, message, recipients, count }: Letter): Promise<Stanza> {
  const to = numberJid(addressee);
  const { type, edit, enc: marks, company } = envelopeFor(message);
  const parts: Stanza[] = [];
  await phone.meet(recipients);
  for (const recipient of recipients) {
    const own = recipient.account.number === phone.account.number;
    const content = own && addressee.number !== phone.account.number ? { deviceSentMessage: { destinationJid: to, message } } : message;
    const enc = await phone.encryptFor(recipient, content, { count, ...marks });
    parts.push(stanza('to', { jid: numberJid(recipient.account, recipient.device.device) }, [enc]));
  }
  return stanza('message', { id, to, type, edit }, [stanza('participants', {}, parts), ...company]);
}
