import { lidJid, numberJid, parseJid } from '../protocol/addresses.js';
import { childOf, childrenOf, stanza, type Stanza } from '../protocol/stanza.js';
import type { Member } from '../store/directory.js';
import type { Post } from '../store/stanza-queue.repository.js';
import { baseOf, type Sender } from './relay-message.js';

/**
 * A message to a group as each device in it receives it: what is for this device alone, which carries the sender's key, then what is for
 * all. One that names a device, as after a request for a retry, goes to that device only.
 */
export function relayGroupMessage(sender: Sender, message: Stanza, recipients: Member[]): Post[] {
  const only = message.attrs.participant;
  return recipients
    .filter(({ device }) => device.number !== sender.account.number || device.device !== sender.device)
    .filter((recipient) => only === undefined || isNamed(recipient, only))
    .map((recipient) => ({ to: addressOf(recipient), stanza: stanza('message', attributesFor(sender, message), contentFor(message, recipient)) }));
}

function attributesFor(sender: Sender, message: Stanza) {
  const { to, addressing_mode: mode = 'lid', expiration } = message.attrs;
  const [asNumber, asLid] = [numberJid(sender.account, sender.device), lidJid(sender.account, sender.device)];
  const author = mode === 'lid' ? { participant: asLid, participant_pn: asNumber } : { participant: asNumber, participant_lid: asLid };
  return { ...baseOf(sender, message), from: to, ...author, addressing_mode: mode, expiration };
}

function contentFor(message: Stanza, recipient: Member): Stanza[] {
  const own = childrenOf(childOf(message, 'participants'), 'to').filter(({ attrs }) => isNamed(recipient, attrs.jid));
  const identity = childrenOf(message, 'device-identity');
  return [...own.flatMap((to) => childrenOf(to, 'enc')), ...childrenOf(message, 'enc'), ...identity, ...childrenOf(message, 'meta')];
}

function isNamed({ account, device }: Member, jid: string | undefined): boolean {
  const named = parseJid(jid);
  return named?.device === device.device && named.user === (named.isLid ? account.lid : account.number);
}

function addressOf({ device }: Member) {
  return { number: device.number, device: device.device };
}
