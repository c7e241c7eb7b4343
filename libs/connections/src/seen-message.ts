import type { SeenMessage } from '#libs/contracts';
import type { proto, WAMessage } from '@whiskeysockets/baileys';
import { contentOf, encodeMessage, kindOf, userJid } from './whatsapp-engine.js';

/** What of WhatsApp's protocol talks to devices and not to people: app-state keys, ephemeral settings, key distribution. */
const NOT_FOR_PEOPLE = new Set(['protocolMessage', 'senderKeyDistributionMessage']);

/** A message as features see it; null for what carries nothing a person wrote. `chat` is given: which JID a LID stands for takes a look-up. */
export function seenMessage(message: WAMessage, chat: string): SeenMessage | null {
  const { key } = message;
  const content = contentOf(message.message);
  const kind = content && kindOf(content);
  if (!message.message || !content || !kind || NOT_FOR_PEOPLE.has(kind) || !key.id) return null;
  const participant = key.participantAlt ?? key.participant;
  return {
    whatsappId: key.id,
    chat,
    participant: participant ? userJid(participant) : null,
    fromMe: key.fromMe ?? false,
    timestamp: new Date(Number(message.messageTimestamp ?? 0) * 1000),
    text: textOf(content),
    kind,
    original: encodeMessage(message.message),
  };
}

function textOf(content: proto.IMessage): string | null {
  const { conversation, extendedTextMessage, imageMessage, videoMessage, documentMessage } = content;
  return conversation ?? extendedTextMessage?.text ?? imageMessage?.caption ?? videoMessage?.caption ?? documentMessage?.caption ?? null;
}
