import { type ApiClient, until } from '#libs/testing';
import type { BuiltProcess } from '../setup/built-process.js';
import { Cluster } from '../setup/cluster.js';
import { type CutMoment, CuttingProxy } from '../setup/cutting-proxy.js';
import { pairInstance, readInstance, untilConnected, untilQr } from '../setup/paired-instance.js';

const MOMENTS: CutMoment[] = ['before', 'after', 'committed'];
const FIRST_CREDENTIALS = /UPDATE wa_credentials SET version = version \+ 1, ciphertext = \S+, revoked_at = NULL/;
const SIGNAL_KEYS = /INSERT INTO wa_signal_keys/;
const FREED = /UPDATE connections SET\s+owner_node/;
const ANA = '5511999996999';

/**
 * kill -9 at the worst moments: the statement is not sent, is not committed, or is committed and nobody knows. Whatever had become durable
 * is used again; no instance is logged out, and none is paired twice.
 */
describe('a product killed', () => {
  let cluster: Cluster;
  let count = 0;

  beforeAll(async () => {
    cluster = await Cluster.start();
    await cluster.phones.post('/v1/sandbox/phones', { phoneNumber: ANA, name: 'Ana' });
  });
  afterAll(() => cluster.end());
  /** The next victim has no session but the one that it is about. */
  afterEach(async () => {
    await cluster.superuser.look(`UPDATE instances SET desired_state = 'stopped'`);
    await cluster.endProcesses();
  });

  const types = async (client: ApiClient, id: string) => {
    const { body } = await client.get<{ data: { type: string }[] }>(`/v1/instances/${id}/events?limit=200`);
    return body.data.map(({ type }) => type).filter((type) => type.startsWith('connection.')).reverse();
  };
  const devices = async (phone: string) => (await cluster.superuser.look('SELECT 1 FROM sandbox.devices WHERE number = $1 AND device > 0', phone)).length;
  const nextPhone = () => `55119999960${String(++count).padStart(2, '0')}`;

  const idOf = async (client: ApiClient, name: string) => {
    const { body } = await client.get<{ data: { id: string; name: string }[] }>('/v1/instances?limit=200');
    const { id } = body.data.find((instance) => instance.name === name)!;
    expect((await readInstance(client, id)).desiredState).toBe('running');
    return id;
  };

  /** A product that dies when the statement is met; `provoke` brings it about. Gives the product that follows. */
  async function killedAt(statement: RegExp, moment: CutMoment, provoke: (client: ApiClient, product: BuiltProcess) => Promise<unknown>, prepare?: (client: ApiClient) => Promise<unknown>) {
    const { proxy, url } = await CuttingProxy.start(cluster.database.url, statement);
    const victim = await cluster.process('standalone', { DATABASE_URL: url });
    const client = cluster.clientOf(victim);
    await prepare?.(client);
    proxy.cutAt(1, moment, () => victim.signal('SIGKILL'));
    const provoked = provoke(client, victim).catch((error: Error) => error);
    expect(await victim.exit()).toBeNull();
    expect(proxy.cuts).toBe(1);
    await provoked;
    proxy.stop();
    return cluster.clientOf(await cluster.process('standalone'));
  }

  const receives = async (client: ApiClient, id: string, phone: string, text: string) => {
    await until('the phone to be able to write', async () => (await cluster.phones.post(`/v1/sandbox/phones/${ANA}/messages`, { to: phone, text })).status < 300);
    await arrived(client, id, text);
  };
  const arrived = (client: ApiClient, id: string, text: string) =>
    until(text, async () => (await client.get<{ data: { text: string }[] }>(`/v1/instances/${id}/messages`)).body.data.some((message) => message.text === text), 30_000);

  it.each(MOMENTS)('between the scan and the restart that WhatsApp asks for (%s) pairs once more, or is paired', async (moment) => {
    const phone = nextPhone();
    let id = '';
    const client = await killedAt(FIRST_CREDENTIALS, moment, (client) => pairInstance(client, phone, phone, cluster.phones), async (client) => {
      await client.post('/v1/instances', { name: `bystander of ${phone}` });
    });
    id = await idOf(client, phone);
    if (moment !== 'committed') {
      // nothing was durable, so nothing may be used
      expect(await cluster.superuser.look('SELECT 1 FROM wa_credentials w JOIN instances i ON i.id = w.instance_id WHERE i.name = $1 AND w.ciphertext IS NOT NULL', phone)).toEqual([]);
      await cluster.phones.post(`/v1/sandbox/phones/${phone}/scan`, { qr: await untilQr(client, id) });
    }
    await untilConnected(client, id, 30_000);
    expect((await types(client, id)).filter((type) => type === 'connection.paired')).toHaveLength(1);
    await receives(client, id, phone, `after ${phone}`);
  });

  it.each(MOMENTS)('while the 812 pre-keys of the first login are written (%s) logs in again with the same device', async (moment) => {
    const phone = nextPhone();
    const client = await killedAt(SIGNAL_KEYS, moment, (client) => pairInstance(client, phone, phone, cluster.phones));
    const id = await idOf(client, phone);
    await untilConnected(client, id, 30_000);
    expect(await devices(phone)).toBe(1);
    expect((await types(client, id)).filter((type) => /paired|expired|closed/.test(type))).toEqual(['connection.paired']);
    await receives(client, id, phone, `after ${phone}`);
  });

  it.each(MOMENTS)('while a ratchet moves on (%s) loses no session and no message', async (moment) => {
    const phone = nextPhone();
    let id = '';
    const text = `meanwhile ${phone}`;
    const client = await killedAt(
      SIGNAL_KEYS,
      moment,
      () => cluster.phones.post(`/v1/sandbox/phones/${ANA}/messages`, { to: phone, text }),
      async (client) => {
        id = await pairInstance(client, phone, phone, cluster.phones);
        await receives(client, id, phone, `before ${phone}`);
      },
    );
    await untilConnected(client, id, 30_000);
    // also when its key is used up: WhatsApp offers it again, and its sender is asked to seal it anew
    await arrived(client, id, text);
    await receives(client, id, phone, `after ${phone}`);
    expect(await devices(phone)).toBe(1);
    expect((await client.post(`/v1/instances/${id}/messages`, { to: ANA, type: 'text', text: `answer ${phone}` })).status).toBe(201);
  });

  // the record of a stop and its commit are one packet
  it.each(MOMENTS.slice(0, 2))('while it drains (%s) comes back without pairing, and no clock has started', async (moment) => {
    const phone = nextPhone();
    let id = '';
    const drain = async (_client: ApiClient, product: BuiltProcess) => product.signal('SIGTERM');
    const client = await killedAt(FREED, moment, drain, async (client) => {
      id = await pairInstance(client, phone, phone, cluster.phones);
    });
    await untilConnected(client, id, 30_000);
    expect(await devices(phone)).toBe(1);
    const { body } = await client.get<{ data: { type: string; data: { reason?: string } }[] }>(`/v1/instances/${id}/events?limit=200`);
    expect(body.data.filter(({ type }) => type === 'connection.closed').map(({ data }) => data.reason)).toEqual(['platform_stopped']);
  });
});
