import { createTestDatabase, type TestDatabase } from '#libs/testing';
import type { FaultKind } from './control/faults.service.js';
import { BadFault } from './sandbox.errors.js';
import { pairedClient } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { newMemory, TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB] = ['5511999990001', '5511999990002'] as const;

describe('when something goes wrong', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let tenantId: ReturnType<TestSandbox['tenant']>;
  let ana: TestClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
    tenantId = sandbox.tenant();
    ana = await pairedClient(sandbox, tenantId, ANA);
  });

  afterAll(async () => {
    ana.end();
    await sandbox.stop();
    await database.drop();
  });

  const connect = async () => new TestClient(await sandbox.serverOf(tenantId), ana.memory);
  /** Whatever the test before left: a new socket, as a product opens it. */
  const reopened = async () => {
    for (let attempt = 0; ; attempt++) {
      try {
        if (!ana.isOpen) ana = await (await connect()).open(1_000);
        return ana;
      } catch (error) {
        if (attempt === 10) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  };

  it.each<[FaultKind, number]>([
    ['drop', 428],
    ['replaced', 440],
    ['stream_503', 503],
    ['restart_515', 515],
    ['bad_session', 500],
    ['banned', 403],
  ])('%s closes the instance with %i, and it can come back at once', async (kind, code) => {
    const client = await reopened();
    expect(sandbox.faults.inflict(tenantId, { kind })).toEqual({ kind, connections: 1, seconds: null });
    expect(await client.closed()).toBe(code);
    ana = await (await connect()).open();
  });

  it('temporary_ban closes it with 402 and when it ends, refuses it until then, and lets it in afterwards', async () => {
    const client = await reopened();
    sandbox.faults.inflict(tenantId, { kind: 'temporary_ban', seconds: 2 });
    expect(await client.closed()).toBe(402);
    expect(client.closeData).toMatchObject({ expire: '2' });
    expect(await (await connect()).closed()).toBe(402);
    await reopened();
  });

  it.each<[FaultKind, number]>([
    ['stale_version', 405],
    ['login_503', 503],
    ['banned', 403],
  ])('%s refuses logins with %i for as long as it lasts', async (kind, code) => {
    await reopened();
    sandbox.faults.inflict(tenantId, { kind, seconds: 1 });
    expect(await (await connect()).closed()).toBe(code);
    ana.end();
    await ana.closed();
    await reopened();
  });

  it('upgrade_503 answers the upgrade with 503, of which Baileys itself says nothing', async () => {
    sandbox.faults.inflict(tenantId, { kind: 'upgrade_503', seconds: 1 });
    const client = await connect();
    const status = await new Promise((resolve) => {
      client.raw.ws.on('unexpected-response', (_request: unknown, response: { statusCode: number }) => resolve(response.statusCode));
    });
    expect(status).toBe(503);
    expect(client.closeCode).toBeNull();
    client.end();
    ana.end();
    await ana.closed();
    await reopened();
  });

  it('blackhole lets nothing pass, not even to who connects meanwhile, and then cuts the line', async () => {
    const client = await reopened();
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    sandbox.faults.inflict(tenantId, { kind: 'blackhole', seconds: 1 });
    const unpaired = new TestClient(await sandbox.serverOf(tenantId), newMemory());
    await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'swallowed' });
    expect([await client.closed(), await unpaired.closed()]).toEqual([428, 428]);
    expect([client.texts, unpaired.qr]).toEqual([[], undefined]);
    await (await reopened()).message('swallowed');
  });

  it('a second socket of the same device takes over, and the first is told', async () => {
    const first = await reopened();
    ana = await (await connect()).open();
    expect(await first.closed()).toBe(440);
  });

  it('aimed at one phone meets only that phone', async () => {
    const client = await reopened();
    const other = await pairedClient(sandbox, tenantId, '5511999990007');
    expect(sandbox.faults.inflict(tenantId, { kind: 'drop', phoneNumber: ANA })).toMatchObject({ connections: 1 });
    expect(await client.closed()).toBe(428);
    expect(other.isOpen).toBe(true);
    other.end();
  });

  it('meets only the tenant that asked for it', async () => {
    const client = await reopened();
    expect(sandbox.faults.inflict(sandbox.tenant(), { kind: 'drop' })).toMatchObject({ connections: 0 });
    expect(client.isOpen).toBe(true);
  });

  it.each([
    [{ kind: 'drop', seconds: 5 } as const, '/seconds'],
    [{ kind: 'upgrade_503', phoneNumber: ANA } as const, '/phoneNumber'],
  ])('%j is refused, naming the field', (fault, pointer) => {
    const inflict = () => sandbox.faults.inflict(tenantId, fault);
    expect(inflict).toThrow(BadFault);
    expect(inflict).toThrow(expect.objectContaining({ extensions: { errors: [expect.objectContaining({ pointer })] } }));
  });

  it('an unlinked device is told so, and refused ever after', async () => {
    const client = await reopened();
    expect(await sandbox.phones.unlink(tenantId, ANA)).toHaveLength(1);
    expect(await client.closed()).toBe(401);
    expect(await (await connect()).closed()).toBe(401);
  });

  it('a device that logged itself out is refused ever after', async () => {
    const client = await pairedClient(sandbox, tenantId, '5511999990008');
    await client.raw.logout();
    expect(await client.closed()).toBe(401);
    const again = new TestClient(await sandbox.serverOf(tenantId), client.memory);
    expect(await again.closed()).toBe(401);
  });
});
