import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import type { BinaryNode, WAMessage, WASocket } from '@whiskeysockets/baileys';
import { guardDecryption } from './guard-decryption.js';
import { encodeMessage, KEY_USED } from './whatsapp-engine.js';

const ANA = '5511999990001@s.whatsapp.net';
const SEALED = new Uint8Array([1, 2, 3]);
/** As a peer pads it: by one byte that says so. */
const OPENED = new Uint8Array([...encodeMessage({ conversation: 'hello' }), 1]);

describe('a message that is opened', () => {
  let happened: string[];
  let over: boolean;
  let isKept: boolean;
  let open: () => Promise<Uint8Array>;
  let socket: WASocket;

  beforeEach(() => {
    [happened, over, isKept] = [[], false, false];
    open = () => Promise.resolve(OPENED);
    const decrypt = jest.fn(() => {
      happened.push('opened');
      return open();
    });
    const ws = new EventEmitter();
    socket = { ws, user: { id: '5511999990009:1@s.whatsapp.net' }, signalRepository: { decryptMessage: decrypt, decryptGroupMessage: decrypt } } as unknown as WASocket;
    guardDecryption(socket, {
      isOver: () => over,
      keep: (message: WAMessage) => Promise.resolve(void happened.push(`kept ${message.key.id} ${message.message?.conversation}`)),
      isKept: () => Promise.resolve(isKept),
    });
    const node: BinaryNode = { tag: 'message', attrs: { from: ANA, id: 'A1', t: '1700000000', type: 'text' }, content: [{ tag: 'enc', attrs: { type: 'msg' }, content: SEALED }] };
    ws.emit('CB:message', node);
  });

  const receive = () => socket.signalRepository.decryptMessage({ jid: ANA, type: 'msg', ciphertext: SEALED });

  it('is kept before Baileys has it, and so before WhatsApp is told', async () => {
    await receive().then(() => happened.push('told'));
    expect(happened).toEqual(['opened', 'kept A1 hello', 'told']);
  });

  it('is not opened when nobody can be told any more: its key would be used up', async () => {
    over = true;
    await expect(receive()).rejects.toThrow('will come again');
    expect(happened).toEqual([]);
  });

  it('and comes again without having been kept is asked for anew, which Baileys does for any failure but a used key', async () => {
    open = () => Promise.reject(new Error(KEY_USED));
    await expect(receive()).rejects.toThrow('It was opened before, and not kept');
  });

  it('and comes again although it was kept is left at that', async () => {
    isKept = true;
    open = () => Promise.reject(new Error(KEY_USED));
    await expect(receive()).rejects.toThrow(KEY_USED);
  });

  it('cannot be opened for another reason: that reason is passed on', async () => {
    open = () => Promise.reject(new Error('Bad MAC'));
    await expect(receive()).rejects.toThrow('Bad MAC');
    expect(happened).toEqual(['opened']);
  });
});
