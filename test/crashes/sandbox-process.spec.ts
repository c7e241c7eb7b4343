import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ApiClient, createTestDatabase, type TestDatabase, until } from '#libs/testing';
import { silenceConsole } from '../../libs/sandbox/src/testing/silence-console.js';
import { newMemory, TestClient } from '../../libs/sandbox/src/testing/test-client.js';
import { BuiltProcess, runBuilt } from '../setup/built-process.js';
import { pairInstance, untilConnected } from '../setup/paired-instance.js';

silenceConsole();

const [SHOP, ANA] = ['5511999990001', '5511999990002'] as const;
const QUIET = { TENURE_LOG_LEVEL: 'error', TENURE_REQUESTS_PER_MINUTE: '1000000' };

interface MessagePage {
  data: { text: string; direction: string }[];
}

describe('a sandbox process on the database of other processes', () => {
  const operatorKey = `tnr_op_${randomBytes(24).toString('base64url')}`;
  let database: TestDatabase;
  let shared: Record<string, string>;
  let sandbox: BuiltProcess;
  let tenure: BuiltProcess;
  /** of the product, which has a session in the same process, and of the sandbox: the same key */
  let client: ApiClient;
  let phones: ApiClient;
  let key: string;
  let id: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    shared = { DATABASE_URL: database.url, TENURE_MASTER_KEY: 'a1'.repeat(32), TENURE_OPERATOR_KEY: operatorKey, ...QUIET };
    sandbox = await BuiltProcess.start('sandbox', { ...shared, TENURE_SANDBOX_PORT: '0' });
    const url = /TENURE_SANDBOX_URL=(ws:\S+)/.exec(sandbox.output)?.[1] ?? 'none';
    shared = { ...shared, TENURE_SANDBOX_URL: url, TENURE_SANDBOX_PORT: new URL(url).port };
    tenure = await BuiltProcess.start('standalone', shared);
    const operator = new ApiClient(tenure.url, operatorKey);
    const { body: tenant } = await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' });
    const request = { tenantId: tenant.id, name: 'test', environment: 'test', scopes: ['*'] };
    key = (await operator.post<{ key: string }>('/v1/api-keys', request)).body.key;
    [client, phones] = [new ApiClient(tenure.url, key), new ApiClient(sandbox.url, key)];
  });
  afterAll(async () => {
    expect(await Promise.all([tenure.stop(), sandbox.stop()])).toEqual([0, 0]);
    await database.drop();
  });

  const untilTexts = (of: ApiClient, path: string, ...texts: string[]) =>
    until(texts.join(', '), async () => {
      const { data } = (await of.get<MessagePage>(path)).body;
      return texts.every((text) => data.some((message) => message.text === text));
    });

  it('is their WhatsApp: an instance is paired over HTTP, and messages go both ways', async () => {
    id = await pairInstance(client, 'shop', SHOP, phones);
    await phones.post('/v1/sandbox/phones', { phoneNumber: ANA, name: 'Ana' });
    const sent = await client.post(`/v1/instances/${id}/messages`, { to: ANA, type: 'text', text: 'hello Ana' });
    expect(sent).toMatchObject({ status: 201, body: { status: 'sent' } });
    await phones.post(`/v1/sandbox/phones/${ANA}/messages`, { to: SHOP, text: 'hello shop' });
    await untilTexts(phones, `/v1/sandbox/phones/${ANA}/messages`, 'hello Ana', 'hello shop');
    await untilTexts(client, `/v1/instances/${id}/messages`, 'hello shop');
  });

  it('replaces the sandbox that npm start has, and answers for nothing but itself', async () => {
    expect(await client.get('/v1/sandbox/phones/5511999990001/messages')).toMatchObject({ status: 404, body: { code: 'route-not-found' } });
    expect(await phones.get('/v1/instances')).toMatchObject({ status: 404, body: { code: 'route-not-found' } });
    expect(await phones.get('/readyz')).toMatchObject({ status: 200 });
  });

  it('may be killed and started again: nobody has to pair anew', async () => {
    sandbox.signal('SIGKILL');
    await sandbox.exit();
    await until('the instance to notice', async () => (await client.get<{ state: string }>(`/v1/instances/${id}/connection`)).body.state !== 'connected');
    sandbox = await BuiltProcess.start('sandbox', shared);
    phones = new ApiClient(sandbox.url, key);
    await untilConnected(client, id);
    await phones.post(`/v1/sandbox/phones/${ANA}/messages`, { to: SHOP, text: 'still there?' });
    await untilTexts(client, `/v1/instances/${id}/messages`, 'still there?');
  });

  it('is refused where it makes no sense', async () => {
    const refusals = [
      ['sandbox', { TENURE_SANDBOX: 'off' }, /^This process is nothing but the sandbox.*TENURE_SANDBOX.*\n$/],
      ['standalone', { TENURE_SANDBOX: 'on' }, /^TENURE_SANDBOX is on and TENURE_SANDBOX_URL names another.*\n$/],
      ['worker', { TENURE_SANDBOX_URL: 'http://127.0.0.1:1' }, /TENURE_SANDBOX_URL: must be ws:\/\//],
    ] as const;
    const ended = await Promise.all(refusals.map(([app, own]) => runBuilt(app, [], { ...shared, ...own })));
    expect(ended).toEqual(refusals.map(([, , line]) => ({ code: 1, stdout: '', stderr: expect.stringMatching(line) })));
  });
});

describe('an api, two workers and a sandbox, each in a process of its own', () => {
  const operatorKey = `tnr_op_${randomBytes(24).toString('base64url')}`;
  const INSTANCES = 6;
  let database: TestDatabase;
  let processes: BuiltProcess[];
  let client: ApiClient;
  let phones: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    const shared = { DATABASE_URL: database.url, TENURE_MASTER_KEY: 'a1'.repeat(32), TENURE_OPERATOR_KEY: operatorKey, ...QUIET };
    const sandbox = await BuiltProcess.start('sandbox', { ...shared, TENURE_SANDBOX_PORT: '0' });
    const worker = { ...shared, TENURE_SANDBOX_URL: /TENURE_SANDBOX_URL=(ws:\S+)/.exec(sandbox.output)?.[1] ?? 'none' };
    processes = [sandbox, ...(await Promise.all([BuiltProcess.start('api', shared), BuiltProcess.start('worker', worker), BuiltProcess.start('worker', worker)]))];
    const url = processes[1]!.url;
    const operator = new ApiClient(url, operatorKey);
    const { body: tenant } = await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' });
    const { body } = await operator.post<{ key: string }>('/v1/api-keys', { tenantId: tenant.id, name: 'test', environment: 'test', scopes: ['*'] });
    [client, phones] = [new ApiClient(url, body.key), new ApiClient(sandbox.url, body.key)];
  });
  afterAll(async () => {
    expect(await Promise.all(processes.map((one) => one.stop()))).toEqual([0, 0, 0, 0]);
    await database.drop();
  });

  it('pair a fleet by itself and bring every instance what is written to it', async () => {
    await phones.put('/v1/sandbox/load', { phones: INSTANCES + 1, autoScan: true });
    const ids = await Promise.all(Array.from({ length: INSTANCES }, async (_, n) => (await client.post<{ id: string }>('/v1/instances', { name: `shop ${n}` })).body.id));
    await Promise.all(ids.map((id) => client.post(`/v1/instances/${id}/start`)));
    for (const id of ids) await untilConnected(client, id);
    expect((await phones.get('/v1/sandbox/load')).body).toMatchObject({ linked: INSTANCES, connected: INSTANCES });
    await phones.post('/v1/sandbox/load/traffic', { label: 'fleet', perSecond: INSTANCES, seconds: 1 });
    const texts = await until('every text', async () => {
      const pages = await Promise.all(ids.map((id) => client.get<MessagePage>(`/v1/instances/${id}/messages`)));
      const all = pages.flatMap(({ body }) => body.data.map(({ text }) => text));
      return all.length >= INSTANCES && all;
    });
    expect(texts.sort()).toEqual(Array.from({ length: INSTANCES }, (_, n) => `fleet#${n + 1}`));
    await until('every receipt', async () => (await phones.get<{ waiting: number }>('/v1/sandbox/load/tally?label=fleet')).body.waiting === 0);
  });
});

describe('a sandbox process alone', () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-sandbox-'));
  const alone = { ...QUIET, TENURE_DATA_DIR: dataDir, TENURE_SANDBOX_PORT: '0' };
  let sandbox: BuiltProcess;

  beforeAll(async () => {
    sandbox = await BuiltProcess.start('sandbox', alone);
  });
  afterAll(async () => {
    expect(await sandbox.stop()).toBe(0);
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  /** What somebody copies from the terminal. */
  const printed = (pattern: RegExp) => pattern.exec(sandbox.output)?.[1] ?? '';
  const server = () => ({ url: printed(/waWebSocketUrl: '(ws:[^']+)'/), root: Buffer.from(printed(/Buffer.from\('([^']+)', 'base64'\)/), 'base64') });

  it('prints all that an unmodified Baileys needs, and keeps the key where only this user reads it', async () => {
    const key = printed(/Test key\s+(tnr_test_\S+)/);
    const file = path.join(dataDir, 'test.key');
    expect(fs.readFileSync(file, 'utf8')).toBe(`${key}\n`);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    const phones = new ApiClient(sandbox.url, key);
    await phones.post('/v1/sandbox/phones', { phoneNumber: ANA, name: 'Ana' });
    const first = new TestClient(server(), newMemory());
    await Promise.all([phones.post(`/v1/sandbox/phones/${ANA}/scan`, { qr: await first.nextQr() }), first.closed()]);
    const second = await new TestClient(server(), first.memory).open();
    second.end();
  });

  it('has the same tenant, key and root at its next start, and makes a new key when the file is lost', async () => {
    const [before, key] = [server(), printed(/Test key\s+(tnr_test_\S+)/)];
    const restart = async () => {
      await sandbox.stop();
      sandbox = await BuiltProcess.start('sandbox', alone);
    };
    await restart();
    expect({ root: server().root, tenant: path.basename(server().url) }).toEqual({ root: before.root, tenant: path.basename(before.url) });
    expect(sandbox.output).not.toContain(key);
    expect(await new ApiClient(sandbox.url, key).get(`/v1/sandbox/phones/${ANA}/messages`)).toMatchObject({ status: 200 });
    fs.rmSync(path.join(dataDir, 'test.key'));
    await restart();
    const another = printed(/Test key\s+(tnr_test_\S+)/);
    expect(await new ApiClient(sandbox.url, another).get(`/v1/sandbox/phones/${ANA}/messages`)).toMatchObject({ status: 200 });
  });
});
