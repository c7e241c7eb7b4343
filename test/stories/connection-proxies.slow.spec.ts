import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ApiClient, createTestDatabase, Superuser, type TestDatabase, until } from '#libs/testing';
import { makeLoopbackCertificate } from '../setup/loopback-certificate.js';
import { LoopbackProxy } from '../setup/loopback-proxy.js';
import { pairExisting, pairInstance, readInstance, stopInstance, untilConnected } from '../setup/paired-instance.js';
import { TenureProcess } from '../setup/tenure-process.js';

const OWN = '5511999990001';
const FRIEND = '5511999990002';
const LOGIN = { username: 'ana', password: 'PASSWORD-of-a-proxy/42' };
const WRONG = { username: 'ana', password: 'PASSWORD-that-is-wrong/42' };

interface Connection {
  state: string;
  reason: string | null;
  attempts: number;
}

/** The product as a process of its own, as talkative as it can be: what it printed is searched for passwords at the end. */
describe('a session through a proxy', () => {
  const certificate = makeLoopbackCertificate();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-proxies-'));
  let database: TestDatabase;
  let superuser: Superuser;
  let tenure: TenureProcess;
  let client: ApiClient;
  let id = '';
  const proxies: LoopbackProxy[] = [];

  beforeAll(async () => {
    const trusted = path.join(folder, 'proxy.pem');
    fs.writeFileSync(trusted, certificate.cert);
    database = await createTestDatabase();
    superuser = new Superuser(database);
    tenure = await TenureProcess.start({
      ...{ DATABASE_URL: database.url, TENURE_MASTER_KEY: randomBytes(32).toString('base64'), TENURE_PROFILE: 'development' },
      ...{ TENURE_LOG_LEVEL: 'debug', DEBUG: '*', NODE_EXTRA_CA_CERTS: trusted },
    });
    const operator = new ApiClient(tenure.url, tenure.operatorKey);
    const tenantId = (await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' })).body.id;
    const { body } = await operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'k', environment: 'test', scopes: ['*'] });
    client = new ApiClient(tenure.url, body.key);
    await client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    id = await pairInstance(client, 'shop', OWN);
  }, 60_000);
  afterAll(async () => {
    await tenure.discard();
    for (const proxy of proxies) await proxy.stop();
    await superuser.end();
    await database.drop();
    fs.rmSync(folder, { recursive: true });
  });

  const started = async (begin: Promise<LoopbackProxy>) => {
    const proxy = await begin;
    proxies.push(proxy);
    return proxy;
  };
  const use = (proxy: string | null) => client.patch(`/v1/instances/${id}/settings`, { proxy });
  const connection = async () => (await client.get<Connection>(`/v1/instances/${id}/connection`)).body;
  const journal = async () =>
    (await client.get<{ data: { type: string; data: { reason?: string } }[] }>(`/v1/instances/${id}/events?limit=200`)).body.data.reverse().map(({ type, data }) => [type, data.reason].filter(Boolean).join(' '));
  const talks = async () => {
    const text = `hello ${Math.random()}`;
    // a session that has just moved may be asked a moment too early: it says so, and sends nothing
    await until('it sends', async () => (await client.post(`/v1/instances/${id}/messages`, { to: FRIEND, type: 'text', text })).status === 201);
    await client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text: `you said ${text}` });
    await until('an answer', async () => (await client.get<{ data: { text: string }[] }>(`/v1/instances/${id}/messages`)).body.data.some((message) => message.text === `you said ${text}`));
  };
  const credentials = () => superuser.look('SELECT ciphertext, revoked_at FROM wa_credentials');

  it.each<[string, () => Promise<LoopbackProxy>]>([
    ['http', () => LoopbackProxy.http(LOGIN)],
    ['https', () => LoopbackProxy.http(LOGIN, certificate)],
    ['socks5', () => LoopbackProxy.socks(LOGIN)],
  ])('of %s goes all the way through it, from the moment that one is set', async (_kind, begin) => {
    const proxy = await started(begin());
    const before = (await journal()).length;
    expect((await use(proxy.url())).status).toBe(200);
    await until('through the proxy', async () => proxy.held === 1);
    await untilConnected(client, id);
    await talks();
    expect((await journal()).slice(before)).toEqual(['instance.settings_changed', 'connection.closed platform_stopped', 'connection.opened']);
    expect(proxy).toMatchObject({ asked: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)], refused: 0, held: 1 });
  });

  it('leaves no line behind when it is stopped, or takes another way', async () => {
    await stopInstance(client, id);
    await until('nothing held', async () => proxies.every(({ held }) => held === 0));
    await client.post(`/v1/instances/${id}/start`);
    await untilConnected(client, id);
    expect(proxies.map(({ held }) => held)).toEqual([0, 0, 1]);
    const before = (await journal()).length;
    await use(null);
    await until('opened another way', async () => (await journal()).slice(before).includes('connection.opened'));
    await until('nothing held', async () => proxies.every(({ held }) => held === 0));
    await talks();
  });

  it('loses its line with the proxy, keeps its credentials, and comes back with it', async () => {
    const proxy = await started(LoopbackProxy.http(LOGIN));
    await use(proxy.url());
    await until('through the proxy', async () => proxy.held === 1);
    await untilConnected(client, id);
    const [before, kept] = [(await journal()).length, await credentials()];
    await proxy.stop();
    await until('tried again', async () => (await connection()).attempts >= 2);
    expect((await connection()).reason).toBe('connection_lost');
    expect((await journal()).slice(before)).toEqual(['connection.closed connection_lost']);
    expect(await credentials()).toEqual(kept);
    await proxy.listen();
    await untilConnected(client, id);
    await talks();
  });

  it.each<[string, () => Promise<LoopbackProxy>]>([
    ['http', () => LoopbackProxy.http(LOGIN)],
    ['socks5', () => LoopbackProxy.socks(LOGIN)],
  ])('of %s with a wrong password is refused again and again, keeps its credentials, and is there once the password is right', async (_kind, begin) => {
    const proxy = await started(begin());
    const kept = await credentials();
    await use(proxy.url(WRONG));
    await until('tried again', async () => proxy.refused >= 3 && (await connection()).attempts >= 2);
    expect(await credentials()).toEqual(kept);
    expect(proxy.asked).toEqual([]);
    expect((await readInstance(client, id)).connection.state).not.toBe('connected');
    await use(proxy.url());
    // at once, however long the pause between two attempts has become
    await until('connected', async () => (await connection()).state === 'connected', 5_000);
    expect(await credentials()).toEqual(kept);
  });

  it('is paired through it, too', async () => {
    const proxy = await started(LoopbackProxy.socks(LOGIN));
    const { body } = await client.post<{ id: string }>('/v1/instances', { name: 'second' });
    await client.patch(`/v1/instances/${body.id}/settings`, { proxy: proxy.url() });
    await pairExisting(client, body.id, 'Eva', '5511999990009');
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
    await client.post(`/v1/instances/${body.id}/stop`);
  });

  it('has printed none of the passwords, and the process leaves no line behind', async () => {
    expect(await tenure.stop()).toBe(0);
    await until('nothing held', async () => proxies.every(({ held }) => held === 0));
    expect(tenure.output).toContain('The proxy answered 407');
    for (const { username, password } of [LOGIN, WRONG]) {
      const basic = Buffer.from(`${username}:${password}`).toString('base64');
      for (const form of [password, encodeURIComponent(password), basic, Buffer.from(password).toString('hex')]) expect(tenure.output.includes(form)).toBe(false);
    }
  });
});
