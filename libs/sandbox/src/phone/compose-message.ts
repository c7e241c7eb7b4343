import { lidJid, numberJid } from '../protocol/addresses.js';
import { stanza, type Stanza } from '../protocol/stanza.js';
import { isGroupJid } from '../server/groups/group.js';
import type { ActivePhone } from './active-phone.js';
import type { Letter } from './letter.js';
import { envelopeFor } from './message-envelope.js';

/** A letter as the phone hands it to the server. */
export function composeMessage(phone: ActivePhone, letter: Letter): Promise<Stanza> {
  if (!isGroupJid(letter.to)) return composeForPerson(phone, letter);
  return letter.count === undefined ? composeForGroup(phone, letter) : composeForGroupAgain(phone, letter);
}

/** One ciphertext per device. The phone's own devices also learn whom it went to. */
async function composeForPerson(phone: ActivePhone, { id, to, message, recipients, count }: Letter): Promise<Stanza> {
  const { type, edit, enc: marks, company } = envelopeFor(message);
  const parts: Stanza[] = [];
  await phone.meet(recipients);
  for (const recipient of recipients) {
    const own = recipient.account.number === phone.account.number;
    const content = own && to !== numberJid(phone.account) ? { deviceSentMessage: { destinationJid: to, message } } : message;
    const enc = await phone.encryptFor(recipient, content, { count, ...marks });
    parts.push(stanza('to', { jid: numberJid(recipient.account, recipient.device.device) }, [enc]));
  }
  return stanza('message', { id, to, type, edit }, [stanza('participants', {}, parts), ...company]);
}

/** One ciphertext for all, and the key to it for each device that does not have it. */
async function composeForGroup(phone: ActivePhone, { id, to, message, recipients }: Letter): Promise<Stanza> {
  const { type, edit, enc: marks, company } = envelopeFor(message);
  const { enc, key, lacking } = await phone.encryptForGroup(to, recipients, message, marks);
  const keys: Stanza[] = [];
  await phone.meet(lacking);
  for (const recipient of lacking) {
    keys.push(stanza('to', { jid: lidJid(recipient.account, recipient.device.device) }, [await phone.encryptFor(recipient, key)]));
  }
  const participants = keys.length > 0 ? [stanza('participants', {}, keys)] : [];
  return stanza('message', { id, to, type, edit, addressing_mode: 'lid' }, [...participants, enc, ...company]);
}

/** For the one device that could not read it: under its own session, with the key to what follows. */
async function composeForGroupAgain(phone: ActivePhone, { id, to, message, recipients, count }: Letter): Promise<Stanza> {
  const { type, edit, enc: marks, company } = envelopeFor(message);
  const [recipient] = recipients;
  await phone.meet(recipients);
  const enc = await phone.encryptFor(recipient!, { ...message, ...(await phone.groupKey(to)) }, { count, ...marks });
  const participant = lidJid(recipient!.account, recipient!.device.device);
  return stanza('message', { id, to, type, edit, participant, addressing_mode: 'lid' }, [enc, ...company]);
}
