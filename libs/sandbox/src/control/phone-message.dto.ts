import { ArrayMaxSize } from 'class-validator';
import type { MediaType } from '../protocol/media-cipher.js';
import type { MessageStatus, PhoneMessage } from '../store/phone-messages.repository.js';

export class PhoneReactionDto {
  /** JID of who reacted @example "5511999990002@s.whatsapp.net" */
  from!: string;

  /** @example "👍" */
  emoji!: string;
}

export class PhoneReceiptDto {
  /** JID of whose devices received it @example "5511999990002@s.whatsapp.net" */
  from!: string;

  /** @example "read" */
  status!: 'delivered' | 'read';
}

export class PhonePollOptionDto {
  /** @example "Pizza" */
  name!: string;

  /** JIDs of who chose it @example ["5511999990002@s.whatsapp.net"] */
  @ArrayMaxSize(257)
  voters!: string[];
}

export class PhonePollDto {
  /** @example "Lunch?" */
  question!: string;

  /** How many options one may choose; 0: any number @example 1 */
  choices!: number;

  @ArrayMaxSize(12)
  options!: PhonePollOptionDto[];
}

export class PhoneMediaDto {
  /** @example "image" */
  type!: MediaType;

  /** @example "image/jpeg" */
  mimetype!: string;

  /** null for what has no name @example null */
  fileName!: string | null;

  /** @example 48213 */
  bytes!: number;
}

export class PhoneMessageDto {
  /** WhatsApp's id of the message @example "3A5F2C9D1E7B4A60" */
  id!: string;

  /** JID of the other side, or of the group @example "5511999990002@s.whatsapp.net" */
  chat!: string;

  /** JID of who wrote it @example "5511999990002@s.whatsapp.net" */
  author!: string;

  /** `out`: sent from this phone or from a device linked to it @example "in" */
  direction!: 'in' | 'out';

  /** The content's kind as WhatsApp names it; `edit` and `revoke` for messages that change or take back another one @example "conversation" */
  kind!: string;

  /** What it says now: the new text when it was edited, the emoji of a reaction, the chosen options of a vote; null when it carries no text @example "hi" */
  text!: string | null;

  /** Id of the message that it answers, reacts to, changes or votes on; null otherwise @example null */
  refersTo!: string | null;

  /** Whether its author has changed it since @example false */
  edited!: boolean;

  /** Whether it was deleted for everyone: what it said is gone @example false */
  revoked!: boolean;

  @ArrayMaxSize(257)
  reactions!: PhoneReactionDto[];

  /** null for what is not a poll @example null */
  poll!: PhonePollDto | null;

  /** null for what carries no file; read it at `/v1/sandbox/phones/{number}/messages/{id}/media` @example null */
  media!: PhoneMediaDto | null;

  /** `received` for messages that came in; for those sent, the furthest that any receipt said @example "received" */
  status!: MessageStatus;

  /** How far each recipient's receipts went, for what was sent; in a group there are several */
  @ArrayMaxSize(257)
  receipts!: PhoneReceiptDto[];

  /** @example "2026-11-23T10:00:00.000Z" */
  timestamp!: string;
}

export class PhoneMessagePageDto {
  /** Newest first */
  data!: PhoneMessageDto[];

  /** null on the last page @example null */
  nextCursor!: string | null;
}

export function messageDto(message: PhoneMessage): PhoneMessageDto {
  const { id, chat, author, direction, kind, text, refersTo, edited, revoked, media, status, at } = message;
  const reactions = Object.entries(message.reactions).map(([from, emoji]) => ({ from, emoji }));
  const receipts = Object.entries(message.receipts).map(([from, far]) => ({ from, status: far }));
  return { id, chat, author, direction, kind, text, refersTo, edited, revoked, reactions, poll: pollDto(message), media, status, receipts, timestamp: at.toISOString() };
}

function pollDto({ poll, votes }: PhoneMessage): PhonePollDto | null {
  if (!poll) return null;
  const votersOf = (option: string) => Object.entries(votes).flatMap(([voter, options]) => (options.includes(option) ? [voter] : []));
  return { question: poll.question, choices: poll.choices, options: poll.options.map((name) => ({ name, voters: votersOf(name) })) };
}
