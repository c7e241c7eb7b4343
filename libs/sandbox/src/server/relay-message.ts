import { type Account, lidJid, numberJid, parseJid, type ParsedJid } from '../protocol/addresses.js';
import { childOf, childrenOf, stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import type { Post } from '../store/stanza-queue.repository.js';

/** Who sends: an account and which of its devices. */
export interface Sender {
  account: Account;
  device: number;
}

/** Whoever a message names: numbers and LIDs, to be looked up before it is relayed. */
export function usersIn(message: Stanza): string[] {
  return [...new Set(partsOf(message).flatMap(({ jid }) => parseJid(jid)?.user ?? []))];
}

/**
 * One message to one person as each of the devices receives it: its own ciphertext, and the sender in the same kind of JID that the sender
 * used. Devices of unknown accounts get nothing.
 */
export function relayMessage(sender: Sender, message: Stanza, accounts: Account[]): Post[] {
  return partsOf(message).flatMap(({ jid, content }) => {
    const address = parseJid(jid);
    const account = address && accountOf(address, accounts);
    if (!account) return [];
    const attributes = { ...baseOf(sender, message), ...routeOf(sender, message, account) };
    return [{ to: { number: account.number, device: address.device }, stanza: stanza('message', attributes, [...content, ...companyIn(message)]) }];
  });
}

interface Part {
  jid: string | undefined;
  content: Stanza[];
}

/** Who gets which ciphertext: listed, or a single one for the addressee itself. */
function partsOf(message: Stanza): Part[] {
  const listed = childrenOf(childOf(message, 'participants'), 'to');
  if (listed.length > 0) return listed.map((to) => ({ jid: to.attrs.jid, content: childrenOf(to, 'enc') }));
  return [{ jid: message.attrs.to, content: childrenOf(message, 'enc') }];
}

function accountOf({ user, isLid }: ParsedJid, accounts: Account[]): Account | undefined {
  return accounts.find((account) => (isLid ? account.lid : account.number) === user);
}

/** What every recipient reads on the outside. */
export function baseOf({ account }: Sender, { attrs }: Stanza) {
  return { id: attrs.id, type: attrs.type, edit: attrs.edit, category: attrs.category, t: unixTime(), notify: account.name };
}

/** Sender and chat, as this recipient has to see them. */
function routeOf(sender: Sender, { attrs }: Stanza, recipient: Account) {
  const byLid = parseJid(attrs.to)?.isLid ?? false;
  const [asNumber, asLid] = [numberJid(sender.account, sender.device), lidJid(sender.account, sender.device)];
  const from = byLid ? asLid : asNumber;
  if (recipient.number !== sender.account.number) return byLid ? { from, sender_pn: asNumber } : { from, sender_lid: asLid };
  return attrs.category === 'peer' ? { from: asNumber } : { from, recipient: attrs.recipient ?? attrs.to };
}

/** What goes to everybody: the sender's device identity, which a first message carries, and notes on the kind of message. */
function companyIn(message: Stanza): Stanza[] {
  return [...childrenOf(message, 'device-identity'), ...childrenOf(message, 'meta')];
}
