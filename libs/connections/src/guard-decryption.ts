import type { BinaryNode, WAMessage, WASocket } from '@whiskeysockets/baileys';
import { envelopeOf, KEY_USED, openedMessage } from './whatsapp-engine.js';

/** Who sees to it that no message is lost. */
export interface MessageKeeper {
  /** Nobody can be told any more that a message arrived. */
  isOver(): boolean;
  /** Before WhatsApp is told that it arrived. Never throws. */
  keep(message: WAMessage): Promise<void>;
  /** Whether it was kept when it came before. */
  isKept(message: WAMessage): Promise<boolean>;
}

/**
 * Opening a message uses its key up, and WhatsApp gives it again until it is receipted. So it is kept in between; nothing is opened when the line is gone;
 * and what comes again, was opened and is not kept (a line or a process ended in between) is asked for anew, where Baileys alone would refuse it for good.
 */
export function guardDecryption(socket: WASocket, keeper: MessageKeeper): void {
  const { ws, signalRepository } = socket;
  const nodes = new WeakMap<object, BinaryNode>();
  ws.on('CB:message', (node: BinaryNode) => {
    for (const sealed of sealedPartsOf(node)) nodes.set(sealed, node);
  });
  const guard = async <T extends Uint8Array>(sealed: Uint8Array, open: () => Promise<T>): Promise<T> => {
    if (keeper.isOver()) throw new Error('The line is gone, and the message will come again');
    const node = nodes.get(sealed);
    const opened = await open().catch(async (error: Error) => {
      const isLost = error.message === KEY_USED && node && !(await keeper.isKept(envelopeOf(node, socket.user)));
      throw isLost ? new Error('It was opened before, and not kept') : error;
    });
    if (node) await keeper.keep(openedMessage(node, socket.user, opened));
    return opened;
  };
  const open = signalRepository.decryptMessage.bind(signalRepository);
  const openOfGroup = signalRepository.decryptGroupMessage.bind(signalRepository);
  signalRepository.decryptMessage = (sealed) => guard(sealed.ciphertext, () => open(sealed));
  signalRepository.decryptGroupMessage = (sealed) => guard(sealed.msg, () => openOfGroup(sealed));
}

const sealedPartsOf = ({ content }: BinaryNode): Uint8Array[] =>
  Array.isArray(content) ? content.flatMap((part) => (part.content instanceof Uint8Array ? [part.content] : [])) : [];
