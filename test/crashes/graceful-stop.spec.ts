import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { ApiClient, createTestDatabase, type TestDatabase, until } from '#libs/testing';
import { BuiltProcess } from '../setup/built-process.js';

const OPERATOR_KEY = `tnr_op_${randomBytes(24).toString('base64url')}`;

/** The signals that an operator, a supervisor or a terminal sends. */
describe('a process that is told to stop', () => {
  let database: TestDatabase;
  let api: BuiltProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => api.stop());
  afterAll(() => database.drop());

  const start = async (drainSeconds: number): Promise<void> => {
    const environment = { DATABASE_URL: database.url, TENURE_MASTER_KEY: 'a1'.repeat(32), TENURE_OPERATOR_KEY: OPERATOR_KEY, TENURE_LOG_LEVEL: 'error' };
    api = await BuiltProcess.start('api', { ...environment, TENURE_DRAIN_SECONDS: String(drainSeconds) });
  };
  const statusOf = async (path: string): Promise<number> => (await fetch(api.url + path)).status;
  const untilNotReady = () => until('not ready', async () => (await statusOf('/readyz')) === 503);

  it('first says so to load balancers, answering all the same, and then ends with 0', async () => {
    await start(2);
    expect(await statusOf('/readyz')).toBe(200);
    const from = performance.now();
    api.signal('SIGTERM');
    await untilNotReady();
    expect(await statusOf('/healthz')).toBe(200);
    expect(await new ApiClient(api.url, OPERATOR_KEY).post('/v1/tenants', { name: 'Late' })).toMatchObject({ status: 201 });
    expect(await api.exit()).toBe(0);
    expect(performance.now() - from).toBeGreaterThan(1_900);
    await expect(statusOf('/healthz')).rejects.toThrow();
  });

  it('carries out a request that has begun to arrive', async () => {
    await start(0);
    const { hostname, port } = new URL(api.url);
    const socket = net.connect(Number(port), hostname);
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(socket, 'connect');
    const body = '{"name":"Half"}';
    const head = `POST /v1/tenants HTTP/1.1\r\nHost: tenure\r\nAuthorization: Bearer ${OPERATOR_KEY}\r\nContent-Type: application/json\r\n`;
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
    await statusOf('/healthz');
    api.signal('SIGTERM');
    await until('no new connection', () => statusOf('/healthz').then(() => false, () => true));
    socket.write(body.slice(5));
    await once(socket, 'close');
    expect(said).toMatch(/^HTTP\/1\.1 201 [^]*"name":"Half"/);
    expect(said.toLowerCase()).toContain('\r\nconnection: close\r\n');
    expect(await api.exit()).toBe(0);
  });

  it('ends at once, with 1 and a word, at a second signal', async () => {
    await start(60);
    api.signal('SIGINT');
    await untilNotReady();
    // sooner it would be the same Ctrl-C
    await new Promise((resolve) => setTimeout(resolve, 700));
    api.signal('SIGINT');
    expect(await api.exit()).toBe(1);
    expect(api.output).toContain('A second signal (SIGINT): ended at once');
  });

  it('takes a Ctrl-C that npm hands on as well for one', async () => {
    await start(1);
    api.signal('SIGINT');
    await untilNotReady();
    api.signal('SIGINT');
    expect(await api.exit()).toBe(0);
  });
});
