import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApiClient, createTestDatabase, expectProblem, Superuser, type TestDatabase, until } from '#libs/testing';
import { WebSocketServer } from 'ws';
import { BuiltProcess, runBuilt } from '../setup/built-process.js';
import { LoopbackProxy } from '../setup/loopback-proxy.js';
import { type InstanceView, readInstance } from '../setup/paired-instance.js';

type Connection = InstanceView['connection'] & { ownerNode: string | null };

/** Jobs of another process are found by looking once a second. */
const NOTICED_WITHIN_MS = 5_000;

/** As on several machines: each process knows the database, the master key, and nothing of the others. */
describe('an api process and a worker process on one database', () => {
  // takes every call and says nothing: a session there stays where it is
  const whatsapp = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const operatorKey = `tnr_op_${randomBytes(24).toString('base64url')}`;
  let database: TestDatabase;
  let superuser: Superuser;
  let environment: Record<string, string>;
  let api: BuiltProcess;
  let worker: BuiltProcess;
  let live: ApiClient;
  let id: string;

  beforeAll(async () => {
    await once(whatsapp, 'listening');
    database = await createTestDatabase();
    superuser = new Superuser(database);
    environment = {
      ...{ DATABASE_URL: database.url, TENURE_MASTER_KEY: 'a1'.repeat(32), TENURE_OPERATOR_KEY: operatorKey, TENURE_LOG_LEVEL: 'error' },
      TENURE_PROXY_ALLOWED_TARGETS: '127.0.0.1',
      TENURE_WHATSAPP_URL: `ws://127.0.0.1:${(whatsapp.address() as AddressInfo).port}`,
    };
    [api, worker] = await Promise.all([BuiltProcess.start('api', environment), BuiltProcess.start('worker', environment)]);
    const operator = new ApiClient(api.url, operatorKey);
    const { body: tenant } = await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' });
    const key = { tenantId: tenant.id, name: 'live', environment: 'live', scopes: ['*'] };
    live = new ApiClient(api.url, (await operator.post<{ key: string }>('/v1/api-keys', key)).body.key);
    id = (await live.post<{ id: string }>('/v1/instances', { name: 'shop' })).body.id;
  });
  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await superuser.end();
    await database.drop();
    whatsapp.close();
  });

  const connection = async () => (await readInstance(live, id)).connection as Connection;
  const untilOwned = (except: string | null = null) =>
    until('a worker holds it', async () => {
      const { ownerNode } = await connection();
      return ownerNode !== except && ownerNode;
    });

  it('divide the work: the worker answers for its health only', async () => {
    const asked = new ApiClient(worker.url, operatorKey);
    expect(await asked.get('/healthz')).toMatchObject({ status: 200 });
    expect(await asked.get('/readyz')).toMatchObject({ status: 200 });
    for (const path of ['/v1/instances', '/v1/tenants', '/v1/api-keys', '/v1/events', '/v1/retention-policy', '/docs', '/openapi.json', '/']) {
      expectProblem(await asked.get(path), 404, 'route-not-found');
    }
    expect(await asked.post(`/v1/instances/${id}/archive`)).toMatchObject({ status: 404 });
    expect(await new ApiClient(api.url, operatorKey).get('/openapi.json')).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    expect(whatsapp.clients.size).toBe(0);
  });

  it('work together: what the api is asked for, the worker does; and the api says who holds the session', async () => {
    await live.post(`/v1/instances/${id}/start`);
    const ownerNode = await untilOwned();
    const elsewhere = await live.get(`/v1/instances/${id}/connection`);
    expectProblem(elsewhere, 409, 'session-elsewhere');
    expect(elsewhere.body).toMatchObject({ ownerNode });
    expectProblem(await live.post(`/v1/instances/${id}/pairing-code`, { phoneNumber: '5511999990001' }), 409, 'session-elsewhere');
    expectProblem(await live.post(`/v1/instances/${id}/messages`, { to: '5511999990002', type: 'text', text: 'hi' }), 409, 'instance-not-connected');
  });

  it('work together: settings that the api takes, the session in the worker follows', async () => {
    const proxy = await LoopbackProxy.http({ username: 'ana', password: 'secret' });
    const lines = () => whatsapp.clients.size;
    await until('a session', async () => lines() === 1);
    expect((await live.patch(`/v1/instances/${id}/settings`, { proxy: proxy.url() })).status).toBe(200);
    await until('through the proxy', async () => proxy.held === 1 && lines() === 1);
    expect(proxy.asked).toEqual([`127.0.0.1:${(whatsapp.address() as AddressInfo).port}`]);
    await live.patch(`/v1/instances/${id}/settings`, { proxy: null });
    await until('straight again', async () => proxy.held === 0 && lines() === 1);
    await proxy.stop();
  });

  it('lose nothing while the worker is away, and the next worker takes over', async () => {
    const before = await connection();
    expect(await worker.stop()).toBe(0);
    expect(await readInstance(live, id)).toMatchObject({ lifecycle: 'active', desiredState: 'running', connection: { ownerNode: null } });
    expect(await live.patch(`/v1/instances/${id}`, { labels: { plan: 'pro' } })).toMatchObject({ status: 200, body: { labels: { plan: 'pro' } } });
    worker = await BuiltProcess.start('worker', environment);
    await untilOwned(before.ownerNode);
    expect(await readInstance(live, id)).toMatchObject({ lifecycle: 'active', desiredState: 'running', labels: { plan: 'pro' } });
  });

  it('lose nothing when the worker is killed', async () => {
    const { ownerNode } = await connection();
    worker.signal('SIGKILL');
    await worker.exit();
    expect(await live.get(`/v1/instances/${id}`)).toMatchObject({ status: 200 });
    worker = await BuiltProcess.start('worker', environment);
    await untilOwned(ownerNode);
  });

  it('tell each other: what the api journals, the worker acts on within seconds', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async (_, n) => (await live.post<{ id: string }>('/v1/instances', { name: `shop ${n}` })).body.id));
    const done = await until('every job is done', async () => {
      const jobs = await superuser.look<{ ms: number }>(
        `SELECT extract(epoch FROM completed_on - created_on)::float8 * 1000 AS ms FROM pgboss.job
          WHERE name = 'policy.reconcile' AND state = 'completed' AND data->>'instanceId' = ANY($1)`,
        ids,
      );
      return jobs.length >= ids.length && jobs;
    });
    expect(Math.max(...done.map(({ ms }) => ms))).toBeLessThan(NOTICED_WITHIN_MS);
  });

  it.each(['api', 'worker'] as const)('do not start alone: the %s makes up neither a database nor a key, and has no sandbox', async (app) => {
    const { DATABASE_URL: _url, ...noDatabase } = environment;
    const { TENURE_MASTER_KEY: _key, ...noKey } = environment;
    const refused = (line: RegExp) => ({ code: 1, stdout: '', stderr: expect.stringMatching(line) });
    expect(await runBuilt(app, [], noDatabase)).toEqual(refused(/^There is no DATABASE_URL\. .*\n$/));
    expect(await runBuilt(app, [], noKey)).toEqual(refused(/^There is no master key\. .*TENURE_MASTER_KEY.*\n$/));
    expect(await runBuilt(app, [], { ...environment, TENURE_MASTER_KEY: 'b2'.repeat(32) })).toEqual(refused(/^The master key is not the one.*\n$/));
    expect(await runBuilt(app, [], { ...environment, TENURE_SANDBOX: 'on' })).toEqual(refused(/^This process has no sandbox\. .*TENURE_SANDBOX.*\n$/));
  });
});
