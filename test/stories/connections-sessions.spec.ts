import { idFrom } from '#libs/contracts';
import { Superuser, until } from '#libs/testing';
import { pairInstance, readInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';
const FRIEND = '5511999990002';

interface ConnectionView {
  state: string;
  reason: string | null;
  since: string;
  ownerNode: string | null;
  attempts: number;
  pairing: { qr: string; qrExpiresAt: string; pairingCode: string | null } | null;
}
interface Entry {
  type: string;
  data: { reason?: string; code?: number | null; cycle?: number };
}

describe('a session', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let superuser: Superuser;
  let id = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    await tenant.client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    id = await pairInstance(tenant.client, 'shop', OWN);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const connection = async (of = id) => (await tenant.client.get<ConnectionView>(`/v1/instances/${of}/connection`)).body;
  const state = (wanted: string, of = id) => until(wanted, async () => (await connection(of)).state === wanted);
  const events = async (of = id) => (await tenant.client.get<{ data: Entry[] }>(`/v1/instances/${of}/events?limit=200`)).body.data.reverse();
  const types = async (of = id) => (await events(of)).map(({ type }) => type).filter((type) => type.startsWith('connection.'));
  const restartProduct = async () => {
    await test.restart();
    tenant = { id: tenant.id, client: await test.client(tenant.id, 'test') };
  };
  const qrOf = (of = id) => until('a QR code', async () => (await connection(of)).pairing?.qr);
  const send = (of = id) => tenant.client.post<{ code: string }>(`/v1/instances/${of}/messages`, { to: FRIEND, type: 'text', text: 'hello' });

  it('is paired by a QR code that is there only while it can be scanned', async () => {
    await until('all of it in the list', async () => (await types()).length === 3);
    expect(await types()).toEqual(['connection.pairing_started', 'connection.paired', 'connection.opened']);
    expect(await connection()).toMatchObject({ state: 'connected', reason: null, pairing: null, ownerNode: expect.stringMatching(/^nod_/) });
    const image = await tenant.client.get<{ code: string }>(`/v1/instances/${id}/connection`, { accept: 'image/png' });
    expect(image).toMatchObject({ status: 404, body: { code: 'no-pairing' } });
  });

  it('sends, and what it received while the product was down is there afterwards', async () => {
    expect((await send()).status).toBe(201);
    expect((await tenant.client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text: 'one' })).status).toBeLessThan(300);
    const texts = async () => (await tenant.client.get<{ data: { text: string }[] }>(`/v1/instances/${id}/messages`)).body.data.map(({ text }) => text);
    await until('one', async () => (await texts()).includes('one'));
    await tenant.client.post(`/v1/instances/${id}/stop`);
    await state('disconnected');
    await tenant.client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text: 'two' });
    await tenant.client.post(`/v1/instances/${id}/start`);
    await until('two', async () => (await texts()).includes('two'));
  });

  it('that dropped comes back by itself, and the journal says why it was away', async () => {
    await untilConnected(tenant.client, id);
    const before = (await events()).length;
    await tenant.client.post('/v1/sandbox/faults', { kind: 'drop', phoneNumber: OWN });
    await until('closed and opened', async () => (await events()).length >= before + 2);
    expect((await events()).slice(before)).toMatchObject([
      { type: 'connection.closed', data: { reason: 'connection_lost' } },
      { type: 'connection.opened' },
    ]);
    expect(await connection()).toMatchObject({ state: 'connected' });
  });

  it('comes back after a deploy without pairing, and its clock never started', async () => {
    const before = (await events()).length;
    await restartProduct();
    await untilConnected(tenant.client, id);
    await until('all of it in the list', async () => (await events()).length >= before + 2);
    const seen = (await events()).slice(before);
    expect(seen).toMatchObject([{ type: 'connection.closed', data: { reason: 'platform_stopped', code: null } }, { type: 'connection.opened' }]);
    expect(await superuser.look('SELECT count(*)::int AS n FROM nodes')).toEqual([{ n: 1 }]);
  });

  it('is not there for another tenant, nor for a key of the other environment', async () => {
    const other = await test.tenant('Other');
    expect((await other.client.get(`/v1/instances/${id}/connection`)).status).toBe(404);
    expect((await other.client.post(`/v1/instances/${id}/restart`)).status).toBe(404);
    expect((await other.client.post(`/v1/instances/${id}/logout`)).status).toBe(404);
    expect((await (await test.client(tenant.id, 'live')).get(`/v1/instances/${id}/connection`)).status).toBe(404);
    expect((await connection()).state).toBe('connected');
  });

  it('is closed and opened again by a restart, once', async () => {
    const before = (await events()).length;
    expect((await tenant.client.post(`/v1/instances/${id}/restart`)).status).toBe(202);
    await until('opened again', async () => (await events()).length >= before + 2);
    await state('connected');
    expect((await types()).slice(-2)).toEqual(['connection.closed', 'connection.opened']);
  });

  it('that was stopped does not come back, and cannot send or be restarted', async () => {
    await tenant.client.post(`/v1/instances/${id}/stop`);
    await state('disconnected');
    expect(await connection()).toMatchObject({ reason: 'user_stopped', ownerNode: null });
    expect((await send()).body).toMatchObject({ status: 409, code: 'instance-not-connected', state: 'disconnected' });
    expect((await tenant.client.post(`/v1/instances/${id}/restart`)).body).toMatchObject({ status: 409, code: 'instance-not-running' });
    await restartProduct();
    expect((await connection()).state).toBe('disconnected');
    await tenant.client.post(`/v1/instances/${id}/start`);
    await untilConnected(tenant.client, id);
  });

  it('that its phone unlinked stays logged out, keeps its credentials, and pairs again when somebody starts it', async () => {
    await tenant.client.post(`/v1/sandbox/phones/${OWN}/unlink`);
    await until('logged out', async () => (await connection()).reason === 'logged_out');
    const credentials = () => superuser.look('SELECT ciphertext, revoked_at FROM wa_credentials');
    const kept = await credentials();
    expect(kept).toEqual([{ ciphertext: expect.any(Buffer), revoked_at: expect.any(Date) }]);
    await restartProduct();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await connection()).toMatchObject({ state: 'disconnected', reason: 'logged_out' });
    expect(await credentials()).toEqual(kept);

    await tenant.client.post(`/v1/instances/${id}/start`);
    const qr = await qrOf();
    expect(await connection()).toMatchObject({ state: 'pairing', reason: 'logged_out' });
    expect(await credentials()).toEqual(kept);
    await tenant.client.post(`/v1/sandbox/phones/${OWN}/scan`, { qr });
    await untilConnected(tenant.client, id);
    expect((await send()).status).toBe(201);
  });

  it('logs out at WhatsApp when asked, and says who asked', async () => {
    expect((await tenant.client.post(`/v1/instances/${id}/logout`)).status).toBe(202);
    await until('logged out', async () => (await connection()).reason === 'logged_out');
    expect((await tenant.client.post(`/v1/instances/${id}/logout`)).body).toMatchObject({ status: 409, code: 'instance-not-connected' });
    const { data } = (await tenant.client.get<{ data: { type: string; actor: object; data: object }[] }>(`/v1/instances/${id}/events?limit=20`)).body;
    const asked = data.filter(({ type }) => type === 'connection.logout_requested');
    expect(asked).toMatchObject([{ actor: { kind: 'api_key', scope: 'instances:write', requestId: expect.any(String) }, data: { purgeId: null } }]);
    await tenant.client.post(`/v1/instances/${id}/start`);
    await tenant.client.post(`/v1/sandbox/phones/${OWN}/scan`, { qr: await qrOf() });
    await untilConnected(tenant.client, id);
  });

  it('shows its QR code as text and as an image, or gives a code to enter instead', async () => {
    const { body } = await tenant.client.post<{ id: string }>('/v1/instances', { name: 'second' });
    await tenant.client.post(`/v1/instances/${body.id}/start`);
    const qr = await qrOf(body.id);
    const get = (accept: string) => tenant.client.get<string>(`/v1/instances/${body.id}/connection`, { accept });
    expect((await get('text/plain')).body).toBe(qr);
    const [svg, png] = [await get('image/svg+xml'), await get('image/png')];
    expect([svg.status, svg.headers.get('content-type'), svg.body]).toEqual([200, expect.stringMatching(/^image\/svg\+xml/), expect.stringMatching(/^<svg/)]);
    expect([png.status, png.headers.get('content-type'), png.body]).toEqual([200, 'image/png', expect.stringContaining('PNG')]);
    expect(new Date((await connection(body.id)).pairing!.qrExpiresAt).getTime()).toBeGreaterThan(Date.now());

    await tenant.client.post('/v1/sandbox/phones', { phoneNumber: '5511999990009', name: 'Eva' });
    const code = await tenant.client.post<{ pairingCode: string }>(`/v1/instances/${body.id}/pairing-code`, { phoneNumber: '5511999990009' });
    expect(code).toMatchObject({ status: 200, body: { pairingCode: expect.stringMatching(/^[0-9A-Z]{8}$/) } });
    await tenant.client.post('/v1/sandbox/phones/5511999990009/enter-code', { code: code.body.pairingCode });
    await untilConnected(tenant.client, body.id);
    expect((await readInstance(tenant.client, body.id)).connection.phoneNumber).toBe('5511999990009');
  });

  it('of one instance changes no row of another (I4)', async () => {
    const [second] = await superuser.look<{ id: string }>(`SELECT id FROM instances WHERE name = 'second'`);
    const other = idFrom('ins', second!.id);
    await tenant.client.post(`/v1/instances/${other}/stop`);
    await state('disconnected', other);
    const rows = async () => {
      const of = async (table: string) => superuser.look(`SELECT md5(t::text) FROM ${table} t WHERE instance_id = $1 ORDER BY 1`, second!.id);
      return { credentials: await of('wa_credentials'), keys: await of('wa_signal_keys'), connection: await of('connections') };
    };
    const before = await rows();
    expect(before.keys.length).toBeGreaterThan(100);
    await tenant.client.post(`/v1/instances/${id}/restart`);
    await tenant.client.post(`/v1/sandbox/phones/${OWN}/unlink`);
    await until('logged out', async () => (await connection()).reason === 'logged_out');
    expect(await rows()).toEqual(before);
  });
});
