import type { proto } from '@whiskeysockets/baileys';
import { type Account } from '../protocol/addresses.js';
import type { Stanza } from '../protocol/stanza.js';
import { isGroupJid } from '../server/groups/group.js';
import { relayGroupMessage } from '../server/relay-group-message.js';
import { relayMessage } from '../server/relay-message.js';
import type { Member } from '../store/directory.js';
import type { Post } from '../store/stanza-queue.repository.js';

/** Something that a phone sends, before it is encrypted. */
export interface Letter {
  id: string;
  /** JID of the chat */
  to: string;
  message: proto.IMessage;
  /** the devices that are to read it */
  recipients: Member[];
  /** how often it has been asked for again */
  count?: number;
}

/** A composed letter on its way from a phone. */
export function postLetter(writer: Account, { to, recipients }: Letter, composed: Stanza): Post[] {
  const sender = { account: writer, device: 0 };
  return isGroupJid(to) ? relayGroupMessage(sender, composed, recipients) : relayMessage(sender, composed, recipients.map(({ account }) => account));
}
