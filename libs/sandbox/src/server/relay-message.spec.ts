import { stanza } from '../protocol/stanza.js';
import { relayMessage, usersIn } from './relay-message.js';

const ana = { number: '5511999990001', lid: '1000000000000001', name: 'Ana' };
const bob = { number: '5511999990002', lid: '1000000000000002', name: 'Bob' };
const accounts = [ana, bob];
const sender = { account: ana, device: 1 };
const enc = (text: string) => stanza('enc', { v: 2, type: 'msg' }, Buffer.from(text));
const to = (jid: string, text: string) => stanza('to', { jid }, [enc(text)]);
const message = (attrs: Record<string, string>, ...content: ReturnType<typeof stanza>[]) => stanza('message', { id: 'M1', type: 'text', ...attrs }, content);

describe('a message on its way', () => {
  const relayed = relayMessage(
    sender,
    message(
      { to: `${bob.number}@s.whatsapp.net` },
      stanza('participants', {}, [to(`${bob.lid}@lid`, 'phone'), to(`${bob.lid}:3@lid`, 'device'), to(`${ana.number}@s.whatsapp.net`, 'own')]),
    ),
    accounts,
  );

  it('reaches every device that it names, under the number whatever kind of JID named it', () => {
    expect(relayed.map((post) => post.to)).toEqual([
      { number: bob.number, device: 0 },
      { number: bob.number, device: 3 },
      { number: ana.number, device: 0 },
    ]);
  });

  it('carries to each device its own ciphertext only', () => {
    expect(relayed.map((post) => post.stanza.content)).toEqual(['phone', 'device', 'own'].map((text) => [enc(text)]));
  });

  it('tells the recipient who sent it, and under which LID', () => {
    expect(relayed[1]!.stanza.attrs).toMatchObject({ from: `${ana.number}:1@s.whatsapp.net`, sender_lid: `${ana.lid}:1@lid`, notify: 'Ana' });
  });

  it('tells the sender’s own devices whom it went to', () => {
    expect(relayed[2]!.stanza.attrs).toMatchObject({ from: `${ana.number}:1@s.whatsapp.net`, recipient: `${bob.number}@s.whatsapp.net` });
  });

  it('addressed to a LID shows the sender’s LID, and the number beside it', () => {
    const [post] = relayMessage(sender, message({ to: `${bob.lid}@lid` }, enc('x')), accounts);
    expect(post).toMatchObject({ to: { number: bob.number, device: 0 } });
    expect(post!.stanza.attrs).toMatchObject({ from: `${ana.lid}:1@lid`, sender_pn: `${ana.number}:1@s.whatsapp.net` });
  });

  it('to somebody unknown reaches nobody', () => {
    expect(relayMessage(sender, message({ to: '5511999990009@s.whatsapp.net' }, enc('x')), accounts)).toEqual([]);
  });

  it('names each account once, for the look-up', () => {
    const named = message({ to: `${bob.number}@s.whatsapp.net` }, stanza('participants', {}, [to(`${bob.lid}@lid`, 'a'), to(`${bob.lid}:3@lid`, 'b')]));
    expect(usersIn(named)).toEqual([bob.lid]);
  });
});
