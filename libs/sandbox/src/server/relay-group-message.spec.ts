import { stanza } from '../protocol/stanza.js';
import type { Device } from '../store/devices.repository.js';
import { relayGroupMessage } from './relay-group-message.js';

const ana = { number: '5511999990001', lid: '1000000000000001', name: 'Ana' };
const bob = { number: '5511999990002', lid: '1000000000000002', name: 'Bob' };
const member = (account: typeof ana, device: number) => ({ account, device: { number: account.number, device } as Device });
const recipients = [member(ana, 0), member(ana, 1), member(bob, 0), member(bob, 3)];
const sender = { account: ana, device: 1 };
const enc = (type: string, text: string) => stanza('enc', { v: 2, type }, Buffer.from(text));
const key = (jid: string, text: string) => stanza('to', { jid }, [enc('pkmsg', text)]);
const message = (attrs: Record<string, string>, ...content: ReturnType<typeof stanza>[]) =>
  stanza('message', { id: 'M1', type: 'text', to: '120363000000000001@g.us', addressing_mode: 'lid', ...attrs }, content);

describe('a message to a group on its way', () => {
  const relayed = relayGroupMessage(sender, message({}, stanza('participants', {}, [key(`${bob.lid}:3@lid`, 'the key')]), enc('skmsg', 'hello')), recipients);

  it('reaches every device of every member but the one that sent it', () => {
    expect(relayed.map(({ to }) => to)).toEqual([
      { number: ana.number, device: 0 },
      { number: bob.number, device: 0 },
      { number: bob.number, device: 3 },
    ]);
  });

  it('carries the sender’s key, before the message, to the device that lacks it, and to no other', () => {
    expect(relayed.map((post) => post.stanza.content)).toEqual([[enc('skmsg', 'hello')], [enc('skmsg', 'hello')], [enc('pkmsg', 'the key'), enc('skmsg', 'hello')]]);
  });

  it('comes from the group, by its author', () => {
    expect(relayed[1]!.stanza.attrs).toMatchObject({
      from: '120363000000000001@g.us',
      participant: `${ana.lid}:1@lid`,
      participant_pn: `${ana.number}:1@s.whatsapp.net`,
      addressing_mode: 'lid',
      notify: 'Ana',
    });
  });

  it('goes to one device when it names one', () => {
    const again = relayGroupMessage(sender, message({ participant: `${bob.lid}:3@lid` }, enc('pkmsg', 'again')), recipients);
    expect(again.map(({ to }) => to)).toEqual([{ number: bob.number, device: 3 }]);
  });
});
