import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, until } from '#libs/testing';
import type { BuiltProcess } from '../setup/built-process.js';
import { Cluster } from '../setup/cluster.js';
import { type CutMoment, CuttingProxy } from '../setup/cutting-proxy.js';
import { pairInstance, stopInstance, untilConnected } from '../setup/paired-instance.js';

const [SHOP, ANA] = ['5511999995001', '5511999995002'];
const QUEUE = 40;
const SIGNAL_KEYS = /INSERT INTO wa_signal_keys/;
const MESSAGES = /INSERT INTO messages/;
const MOMENTS: CutMoment[] = ['before', 'after', 'committed'];

/**
 * A message is opened, its key is used up, WhatsApp is told, and then it is kept. Wherever the line to WhatsApp or to the database ends in between,
 * the message is kept once: it was told and is in hand, or it comes again.
 */
describe('what WhatsApp delivers', () => {
  let cluster: Cluster;
  const proxies: CuttingProxy[] = [];
  let proxy: CuttingProxy;
  let product: BuiltProcess;
  let client: ApiClient;
  let id = '';

  beforeAll(async () => {
    cluster = await Cluster.start();
    product = await cluster.process('standalone', { DATABASE_URL: await through(SIGNAL_KEYS) });
    client = cluster.clientOf(product);
    await cluster.phones.post('/v1/sandbox/phones', { phoneNumber: ANA, name: 'Ana' });
    id = await pairInstance(client, 'shop', SHOP, cluster.phones);
    await write('hello');
    await untilKept('hello');
  }, 60_000);
  afterAll(async () => {
    await cluster.end();
    for (const one of proxies) one.stop();
  });

  const through = async (counted: RegExp) => {
    const door = await CuttingProxy.start(cluster.database.url, counted);
    proxies.push((proxy = door.proxy));
    return door.url;
  };
  const write = (text: string) => cluster.phones.post(`/v1/sandbox/phones/${ANA}/messages`, { to: SHOP, text });
  const kept = async () => {
    const { body } = await client.get<{ data: { text: string; direction: string }[] }>(`/v1/instances/${id}/messages?limit=200`);
    return body.data.filter(({ direction }) => direction === 'in').map(({ text }) => text);
  };
  const untilKept = (text: string) => until(text, async () => (await kept()).includes(text));
  const numbered = (name: string) => Array.from({ length: QUEUE }, (_, n) => `${name} ${n}`);

  it.each([20, 60, 150])(`loses nothing to a line that drops every %i ms while ${QUEUE} messages are caught up with`, async (everyMs) => {
    const texts = numbered(`every ${everyMs}`);
    await stopInstance(client, id);
    for (const text of texts) await write(text);
    await client.post(`/v1/instances/${id}/start`);
    for (let drop = 0; drop < 5; drop++) {
      await untilConnected(client, id);
      await sleep(everyMs);
      await cluster.phones.post('/v1/sandbox/faults', { kind: 'drop', phoneNumber: SHOP });
    }
    await untilConnected(client, id, 60_000);
    await until('all of them', async () => (await kept()).filter((text) => texts.includes(text)).length >= QUEUE);
    expect((await kept()).filter((text) => texts.includes(text)).sort()).toEqual(texts.sort());
  }, 120_000);

  it.each(MOMENTS)('loses nothing to a database line that is cut while a key is written down (%s)', async (moment) => {
    const text = `key ${moment}`;
    await untilConnected(client, id);
    const { cuts } = proxy;
    proxy.cutAt(1, moment);
    await write(text);
    await untilKept(text);
    expect(proxy.cuts).toBe(cuts + 1);
    await write(`after ${text}`);
    await untilKept(`after ${text}`);
    expect((await kept()).filter((one) => one === text)).toHaveLength(1);
  });

  it('keeps what it has been told of when the database is away for longer than a moment', async () => {
    await stopInstance(client, id);
    const other = await cluster.process('standalone', { DATABASE_URL: await through(MESSAGES) });
    await product.stop();
    client = cluster.clientOf(other);
    await client.post(`/v1/instances/${id}/start`);
    await untilConnected(client, id);
    proxy.cutAt(1, 'before', () => proxy.block());
    await write('while nobody could keep it');
    await until('the line is cut', async () => proxy.cuts === 1);
    await sleep(6_000);
    proxy.unblock();
    await untilKept('while nobody could keep it');
  }, 60_000);
});
