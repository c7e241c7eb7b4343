import { type Account, numberJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';
import type { Letter } from './compose-message.js';
import { describeMessage } from './describe-message.js';
import type { Entry } from './phone-screen.js';

/** What a phone shows of what was just written on it. */
export function entryOf(writer: Account, { id, addressee, message }: Letter): Entry {
  const original = Buffer.from(proto.Message.encode(message).finish());
  // described as a recipient will: only what survives the wire
  const description = describeMessage(proto.Message.decode(original))!;
  return { id, chat: numberJid(addressee), author: numberJid(writer), direction: 'out', ...description, original };
}
