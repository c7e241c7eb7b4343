import { type Account, numberJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';
import { describeMessage } from './describe-message.js';
import type { Letter } from './letter.js';
import { envelopeFor, TAKEN_BACK_BY_ADMIN } from './message-envelope.js';
import type { Entry } from './phone-screen.js';

/** What a phone shows of what was just written on it. */
export function entryOf(writer: Account, { id, to, message }: Letter): Entry {
  const original = Buffer.from(proto.Message.encode(message).finish());
  // described as a recipient will: only what survives the wire
  const description = describeMessage(proto.Message.decode(original))!;
  const byAdmin = envelopeFor(message).edit === TAKEN_BACK_BY_ADMIN;
  return { id, chat: to, author: numberJid(writer), direction: 'out', ...description, byAdmin, original };
}
