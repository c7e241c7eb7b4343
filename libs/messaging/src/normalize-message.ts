import type { SeenMessage } from '#libs/contracts';
import type { MessageStatus } from './message.js';

const TEXT_KINDS = ['conversation', 'extendedTextMessage'];

/** What kind of message a caller sees: WhatsApp has two for plain text. */
export function typeOf({ kind, text }: Pick<SeenMessage, 'kind' | 'text'>): string {
  return text !== null && TEXT_KINDS.includes(kind) ? 'text' : kind.replace(/Message$/, '');
}

/** One of ours that comes back was sent: WhatsApp handed it to us. */
export function statusOf({ fromMe }: Pick<SeenMessage, 'fromMe'>): MessageStatus {
  return fromMe ? 'sent' : 'received';
}

const LONGEST_ID = 255;

/** The sender chooses the id: one that no row can hold must not take the rest of its batch with it. */
export function isKeepable({ whatsappId }: Pick<SeenMessage, 'whatsappId'>): boolean {
  return whatsappId.length > 0 && whatsappId.length <= LONGEST_ID && !whatsappId.includes('\0');
}
