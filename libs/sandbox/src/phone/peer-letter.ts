import type { proto } from '@whiskeysockets/baileys';
import { numberJid } from '../protocol/addresses.js';
import { newStanzaId, stanza, unixTime } from '../protocol/stanza.js';
import type { Member } from '../store/directory.js';
import type { Post } from '../store/stanza-queue.repository.js';
import type { ActivePhone } from './active-phone.js';

/** Something between a phone and one of its own devices, which nobody is shown. */
export async function peerLetter(phone: ActivePhone, recipient: Member, message: proto.IMessage): Promise<Post> {
  await phone.meet([recipient]);
  const enc = await phone.encryptFor(recipient, message);
  const attributes = { id: newStanzaId('3P'), from: numberJid(phone.account), type: 'text', category: 'peer', t: unixTime() };
  return { to: { number: recipient.device.number, device: recipient.device.device }, stanza: stanza('message', attributes, [enc]) };
}
