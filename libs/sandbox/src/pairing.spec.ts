import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { PairingUnanswered, PhoneNotFound, QrExpired, WrongCode } from './sandbox.errors.js';
import { linkedMemory } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { newMemory, TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const ANA = '5511999990001';

describe('linking an instance to a simulated phone', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  const clients: TestClient[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
  });

  afterEach(() => clients.splice(0).forEach((client) => client.end()));

  afterAll(async () => {
    await sandbox.stop();
    await database.drop();
  });

  const tenantWithAna = async () => {
    const tenantId = sandbox.tenant();
    await sandbox.phones.create(tenantId, ANA, 'Ana');
    return tenantId;
  };
  const connect = async (tenantId: ReturnType<TestSandbox['tenant']>, memory = newMemory()) => {
    const client = new TestClient(await sandbox.serverOf(tenantId), memory);
    clients.push(client);
    return client;
  };

  it('by QR code ends with a restart, after which the same credentials log in', async () => {
    const tenantId = await tenantWithAna();
    const first = await connect(tenantId);
    const [address, code] = await Promise.all([sandbox.qr.scan(tenantId, ANA, await first.nextQr()), first.closed()]);
    expect(code).toBe(515);
    const second = await (await connect(tenantId, first.memory)).open();
    expect(second.raw.user?.id).toBe(`${ANA}:${address.device}@s.whatsapp.net`);
    expect(second.raw.user?.lid).toMatch(new RegExp(`^\\d{16}:${address.device}@lid$`));
  });

  it('by pairing code ends the same way', async () => {
    const tenantId = await tenantWithAna();
    const first = await connect(tenantId);
    await first.nextQr();
    const code = await first.raw.requestPairingCode(ANA);
    const [, close] = await Promise.all([enterOnceAsked(tenantId, code), first.closed()]);
    expect(close).toBe(515);
    await (await connect(tenantId, first.memory)).open();
  });

  it('does not happen with a wrong code', async () => {
    const tenantId = await tenantWithAna();
    const client = await connect(tenantId);
    await client.nextQr();
    await client.raw.requestPairingCode(ANA, 'RIGHT234');
    await expect(enterOnceAsked(tenantId, 'WRONG234')).rejects.toBeInstanceOf(WrongCode);
    expect(client.closeCode).toBeNull();
  });

  it('does not happen with another tenant, whose phones cannot see the code', async () => {
    const [tenantId, other] = [await tenantWithAna(), await tenantWithAna()];
    const client = await connect(tenantId);
    await expect(sandbox.qr.scan(other, ANA, await client.nextQr())).rejects.toBeInstanceOf(QrExpired);
  });

  it('does not happen with a phone that does not exist, and the code stays valid', async () => {
    const tenantId = await tenantWithAna();
    const client = await connect(tenantId);
    const qr = await client.nextQr();
    await expect(sandbox.qr.scan(tenantId, '5511999990009', qr)).rejects.toBeInstanceOf(PhoneNotFound);
    await Promise.all([sandbox.qr.scan(tenantId, ANA, qr), client.closed()]);
  });

  it('happens once per code', async () => {
    const tenantId = await tenantWithAna();
    const client = await connect(tenantId);
    const qr = await client.nextQr();
    const scans = await Promise.allSettled([sandbox.qr.scan(tenantId, ANA, qr), sandbox.qr.scan(tenantId, ANA, qr), client.closed()]);
    expect(scans.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await expect(sandbox.qr.scan(tenantId, ANA, qr)).rejects.toBeInstanceOf(QrExpired);
  });

  it('is undone when the instance goes away in the middle of it', async () => {
    const tenantId = await tenantWithAna();
    const client = await connect(tenantId);
    const qr = await client.nextQr();
    client.raw.ws.removeAllListeners('CB:iq,,pair-success');
    const scan = sandbox.qr.scan(tenantId, ANA, qr);
    client.end();
    await expect(scan).rejects.toBeInstanceOf(PairingUnanswered);
    expect(await sandbox.phones.unlink(tenantId, ANA)).toEqual([]);
  });

  it('gives each device of a phone its own number', async () => {
    const tenantId = await tenantWithAna();
    const first = await linkedMemory(sandbox, tenantId, ANA);
    const second = await linkedMemory(sandbox, tenantId, ANA);
    expect([first.creds.me?.id, second.creds.me?.id]).toEqual([`${ANA}:1@s.whatsapp.net`, `${ANA}:2@s.whatsapp.net`]);
  });

  it('needs an address that names a tenant', async () => {
    const { url, root } = await sandbox.serverOf(sandbox.tenant());
    const client = new TestClient({ url: url.replace(/ten_\w+$/, 'chat'), root }, newMemory());
    clients.push(client);
    const status = await new Promise((resolve) => {
      client.raw.ws.on('unexpected-response', (_request: unknown, response: { statusCode: number }) => resolve(response.statusCode));
    });
    expect(status).toBe(404);
  });

  /** The client's request may still be on its way when it shows the code. */
  async function enterOnceAsked(tenantId: ReturnType<TestSandbox['tenant']>, code: string) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await sandbox.code.enter(tenantId, ANA, code);
      } catch (error) {
        if (attempt === 50 || !(error as Error).constructor.name.startsWith('NoPairingCode')) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
});
