import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { KEY_USED } from './whatsapp-engine.js';

/** A message from one person, before it is opened. */
export interface ArrivingMessage {
  id: string;
  /** JIDs of which one is the chat */
  chats: string[];
}

export interface DecryptionTerms {
  /** Nobody can be told any more that it arrived. */
  isOver(): boolean;
  /** Whether it was kept when it came before. */
  isKept(message: ArrivingMessage): Promise<boolean>;
}

/**
 * Opening a message uses its key up, and WhatsApp gives a message again until it is receipted. So nothing is opened when the line is gone; and what
 * comes again and was opened, but not kept (a line or a process ended in between), is asked for anew. Baileys alone would refuse it for good.
 */
export function guardDecryption({ ws, signalRepository }: WASocket, terms: DecryptionTerms): void {
  const arriving = new WeakMap<object, ArrivingMessage>();
  ws.on('CB:message', (node: BinaryNode) => {
    for (const part of sealedPartsOf(node)) arriving.set(part, arrivingOf(node));
  });
  const open = signalRepository.decryptMessage.bind(signalRepository);
  signalRepository.decryptMessage = async (sealed) => {
    if (terms.isOver()) throw new Error('The line is gone, and the message will come again');
    try {
      return await open(sealed);
    } catch (error) {
      const message = arriving.get(sealed.ciphertext);
      const isLost = (error as Error).message === KEY_USED && message !== undefined && !(await terms.isKept(message));
      throw isLost ? new Error('It was opened before, and not kept') : error;
    }
  };
}

const sealedPartsOf = ({ content }: BinaryNode): Uint8Array[] =>
  Array.isArray(content) ? content.flatMap((part) => (part.content instanceof Uint8Array ? [part.content] : [])) : [];

function arrivingOf({ attrs }: BinaryNode): ArrivingMessage {
  const { id = '', from, recipient, sender_pn, recipient_pn } = attrs;
  return { id, chats: [from, recipient, sender_pn, recipient_pn].filter((jid) => jid !== undefined) };
}
