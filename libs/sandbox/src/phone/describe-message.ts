import type { proto } from '@whiskeysockets/baileys';

export interface MessageDescription {
  /** the content's kind as WhatsApp names it, for example `conversation` */
  kind: string;
  /** null when it carries no text */
  text: string | null;
}

/** What comes with every message and is not what it says. */
const COMPANY = new Set(['messageContextInfo', 'senderKeyDistributionMessage']);

/** What a person would see of a message; null for one that only devices read. */
export function describeMessage(message: proto.IMessage): MessageDescription | null {
  const kind = Object.keys(message).find((name) => !COMPANY.has(name) && message[name as keyof proto.IMessage] != null);
  if (!kind || kind === 'protocolMessage') return null;
  const caption = message.imageMessage?.caption ?? message.videoMessage?.caption ?? message.documentMessage?.caption;
  return { kind, text: message.conversation ?? message.extendedTextMessage?.text ?? caption ?? null };
}
