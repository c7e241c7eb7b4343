import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, until } from '#libs/testing';
import { Cluster } from '../setup/cluster.js';
import { type CutMoment, CuttingProxy } from '../setup/cutting-proxy.js';
import { pairInstance } from '../setup/paired-instance.js';

const [SHOP, ANA] = ['5511999994001', '5511999994002'];
const OF_A_SEND = /INSERT INTO (wa_signal_keys|messages)/;
const MOMENTS: CutMoment[] = ['before', 'after', 'committed'];
const AWAY_MS = 3_000;
/** It may have left. */
const SENT = ['201 sent', '504 acknowledgement-missing', '504 message-not-listed'];
/** What the session writes besides may meet the cut first: then nothing of the text has left, and the answer may say so. */
const NOT_SENT = ['503 unavailable', '409 instance-not-connected'];

/** The keys of a message are written down after it has left, and its row after WhatsApp has it: what fails then must not make it look unsent. */
describe('a text that has left when the database goes away', () => {
  let cluster: Cluster;
  let proxy: CuttingProxy;
  let client: ApiClient;
  let id = '';

  beforeAll(async () => {
    cluster = await Cluster.start();
    const through = await CuttingProxy.start(cluster.database.url, OF_A_SEND);
    proxy = through.proxy;
    client = cluster.clientOf(await cluster.process('standalone', { DATABASE_URL: through.url }));
    await cluster.phones.post('/v1/sandbox/phones', { phoneNumber: ANA, name: 'Ana' });
    id = await pairInstance(client, 'shop', SHOP, cluster.phones);
    await send('hello');
  }, 60_000);
  afterAll(async () => {
    await cluster.end();
    proxy.stop();
  });

  const send = (text: string) => client.post<{ code?: string; status?: string }>(`/v1/instances/${id}/messages`, { to: ANA, type: 'text', text });
  /** Its row may tell of before the database went away. */
  const untilItSends = () => until('a line that sends', async () => (await send('is it there?')).status === 201, 60_000);
  const countIn = async (of: ApiClient, path: string, text: string) => {
    const { body } = await of.get<{ data: { text: string }[] }>(`${path}?limit=200`);
    return body.data.filter((message) => message.text === text).length;
  };
  const shown = (text: string) => countIn(cluster.phones, `/v1/sandbox/phones/${ANA}/messages`, text);
  const listed = (text: string) => countIn(client, `/v1/instances/${id}/messages`, text);

  it.each([1, 2, 3].flatMap((n) => MOMENTS.map((moment) => [n, moment] as const)))('statement %i, %s it reaches the database: nobody is told that it was not sent, unless it was not', async (n, moment) => {
    const text = `${n} ${moment}`;
    await untilItSends();
    proxy.cutAt(n, moment, () => proxy.block());
    const answering = send(text);
    await Promise.race([answering, sleep(AWAY_MS)]);
    await sleep(AWAY_MS);
    proxy.unblock();
    const { status, body } = await answering;
    const answer = `${status} ${body.code ?? body.status}`;
    expect([...SENT, ...NOT_SENT]).toContain(answer);
    await untilItSends();
    const mustBeThere = SENT.includes(answer) && answer !== '504 acknowledgement-missing';
    if (mustBeThere) await until('it to be listed', async () => (await listed(text)) === 1);
    expect((await send(`after ${text}`)).status).toBe(201);
    // a phone that cannot open one asks for it again
    await until('what came after it to be shown', async () => (await shown(`after ${text}`)) === 1);
    if (mustBeThere) await until('it to be shown', async () => (await shown(text)) === 1);
    expect(await shown(text)).toBeLessThanOrEqual(NOT_SENT.includes(answer) ? 0 : 1);
  }, 120_000);
});
