import { lidJid, numberJid, parseJid, type DeviceAddress } from '../protocol/addresses.js';
import { stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import type { Post } from '../store/stanza-queue.repository.js';
import { isGroupJid } from './groups/group.js';
import type { Sender } from './relay-message.js';

/** Receipts that are between a device and the server. */
const OF_NO_CONCERN = new Set(['peer_msg', 'hist_sync', 'server-error']);

/** JID of who wrote the message that a receipt is for. */
export function authorIn({ attrs }: Stanza): string | undefined {
  return isGroupJid(attrs.to) ? attrs.participant : attrs.to;
}

/** A receipt as the devices of the message's author receive it: a request for a retry only the device that encrypted, others all of them. */
export function relayReceipt(sender: Sender, receipt: Stanza, devices: DeviceAddress[]): Post[] {
  const { id, to, type, recipient } = receipt.attrs;
  const author = parseJid(authorIn(receipt));
  if (!author || OF_NO_CONCERN.has(type ?? '')) return [];
  const reader = author.isLid ? lidJid(sender.account, sender.device) : numberJid(sender.account, sender.device);
  const route = isGroupJid(to) ? { from: to, participant: reader } : { from: reader, recipient };
  const relayed = stanza('receipt', { id, ...route, t: unixTime(), type: type === 'inactive' ? undefined : type }, receipt.content);
  return devices
    .filter(({ number, device }) => number !== sender.account.number || device !== sender.device)
    .filter(({ device }) => type !== 'retry' || device === author.device)
    .map(({ number, device }) => ({ to: { number, device }, stanza: relayed }));
}
