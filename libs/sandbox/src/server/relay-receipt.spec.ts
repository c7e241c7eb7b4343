import { stanza } from '../protocol/stanza.js';
import { relayReceipt } from './relay-receipt.js';

const bob = { number: '5511999990002', lid: '1000000000000002', name: 'Bob' };
const [ana, anaLid] = ['5511999990001', '1000000000000001'];
const devices = [0, 1, 2].map((device) => ({ number: ana, device }));
const relay = (attrs: Record<string, string>, own = 1) => relayReceipt({ account: bob, device: own }, stanza('receipt', { id: 'M1', ...attrs }), devices);

describe('a receipt on its way', () => {
  it('reaches all devices of the author', () => {
    expect(relay({ to: `${ana}:1@s.whatsapp.net`, type: 'read' }).map(({ to }) => to)).toEqual(devices);
  });

  it('that asks for a retry reaches the device that encrypted', () => {
    expect(relay({ to: `${ana}:1@s.whatsapp.net`, type: 'retry' }).map(({ to }) => to)).toEqual([devices[1]]);
  });

  it('shows its sender as the author was addressed', () => {
    expect(relay({ to: `${ana}@s.whatsapp.net` })[0]!.stanza.attrs).toMatchObject({ from: `${bob.number}:1@s.whatsapp.net` });
    expect(relay({ to: `${anaLid}@lid` })[0]!.stanza.attrs).toMatchObject({ from: `${bob.lid}:1@lid` });
  });

  it('of an inactive device is an ordinary delivery to the author', () => {
    expect(relay({ to: `${ana}@s.whatsapp.net`, type: 'inactive' })[0]!.stanza.attrs).not.toHaveProperty('type');
  });

  it.each(['peer_msg', 'hist_sync', 'server-error'])('of type %s concerns nobody else', (type) => {
    expect(relay({ to: `${ana}@s.whatsapp.net`, type })).toEqual([]);
  });

  it('never returns to the device that sent it', () => {
    const own = [0, 1].map((device) => ({ number: bob.number, device }));
    const relayed = relayReceipt({ account: bob, device: 1 }, stanza('receipt', { id: 'M1', to: `${bob.number}@s.whatsapp.net` }), own);
    expect(relayed.map(({ to }) => to)).toEqual([own[0]]);
  });
});
