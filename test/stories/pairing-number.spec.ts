import { expectProblem, Superuser, until } from '#libs/testing';
import { pairInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999995001';
const OTHER = '5511999995002';

interface Connection {
  state: string;
  halted: boolean;
  phoneNumber: string | null;
  lastPairing: string | null;
  pairing: { qr: string } | null;
}

/** Whose messages an instance holds must not change by a phone that lay nearer. */
describe('an instance that was paired and logged out', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let superuser: Superuser;
  let id: string;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    id = await pairInstance(tenant.client, 'shop', OWN);
    await tenant.client.post('/v1/sandbox/phones', { phoneNumber: OTHER });
    await tenant.client.post(`/v1/sandbox/phones/${OWN}/unlink`);
    await until('logged out', async () => (await connection()).halted);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const connection = async () => (await tenant.client.get<Connection>(`/v1/instances/${id}/connection`)).body;
  const qr = (except?: string) =>
    until('a QR code', async () => {
      const { pairing } = await connection();
      return pairing?.qr !== except && pairing?.qr;
    }) as Promise<string>;
  const scan = (phone: string, text: string) => tenant.client.post(`/v1/sandbox/phones/${phone}/scan`, { qr: text });
  const credentials = () => superuser.look('SELECT ciphertext, revoked_at FROM wa_credentials');
  const devices = async (phone: string) => (await superuser.look('SELECT 1 FROM sandbox.devices WHERE number = $1 AND device > 0', phone)).length;

  it('refuses a phone with another number: nothing of the old credentials has changed, and the phone lists no device', async () => {
    const before = await credentials();
    await tenant.client.post(`/v1/instances/${id}/start`);
    expect((await scan(OTHER, await qr())).status).toBeGreaterThanOrEqual(400);
    await until('refused', async () => (await connection()).halted);
    expect(await connection()).toMatchObject({ state: 'disconnected', phoneNumber: OWN, lastPairing: 'other_number', pairing: null });
    expect(await credentials()).toEqual(before);
    expect(await devices(OTHER)).toBe(0);
    const { body } = await tenant.client.get<{ data: { type: string }[] }>(`/v1/instances/${id}/events?limit=1`);
    expect(body.data[0]!.type).toBe('connection.pairing_refused');
  });

  it('gives another number no pairing code', async () => {
    await tenant.client.post(`/v1/instances/${id}/start`);
    await qr();
    expectProblem(await tenant.client.post(`/v1/instances/${id}/pairing-code`, { phoneNumber: OTHER }), 409, 'other-number');
    expect((await tenant.client.post(`/v1/instances/${id}/pairing-code`, { phoneNumber: OWN })).status).toBe(200);
  });

  it('is paired with another number when the request says so, once', async () => {
    const old = await qr();
    expect((await tenant.client.post(`/v1/instances/${id}/restart?allowOtherNumber=true`)).status).toBe(202);
    expect((await scan(OTHER, await qr(old))).status).toBe(200);
    await untilConnected(tenant.client, id);
    expect(await connection()).toMatchObject({ phoneNumber: OTHER, lastPairing: null });
    expect(await superuser.look('SELECT other_number_allowed FROM connections')).toEqual([{ other_number_allowed: false }]);
  });

  it('is one pairing however often it is started', async () => {
    await tenant.client.post(`/v1/sandbox/phones/${OTHER}/unlink`);
    await until('logged out', async () => (await connection()).halted);
    await tenant.client.post(`/v1/instances/${id}/start`);
    const first = await qr();
    for (let again = 0; again < 5; again++) await tenant.client.post(`/v1/instances/${id}/start`);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await connection()).pairing?.qr).toBe(first);
    expect((await scan(OTHER, first)).status).toBe(200);
    await untilConnected(tenant.client, id);
  });
});
