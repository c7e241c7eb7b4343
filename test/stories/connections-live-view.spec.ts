import { ApiClient, expectProblem, until } from '#libs/testing';
import { pairInstance } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';
import { watchEvents, type Watched } from '../setup/watch-events.js';

interface Connection {
  state: string;
  lastPairing: string | null;
  pairing: { qr: string; qrExpiresAt: string } | null;
}

describe('who watches a connection', () => {
  const PHONE = '5511999994001';
  let test: TestApplication;
  let tenant: TestTenant;
  let id: string;
  let watched: Watched<Connection>;

  beforeAll(async () => {
    test = await TestApplication.start();
    tenant = await test.tenant();
    id = (await tenant.client.post<{ id: string }>('/v1/instances', { name: 'shop' })).body.id;
    watched = await watchEvents<Connection>(`${test.url}/v1/instances/${id}/connection/stream`, await test.key(tenant.id, 'test', ['instances:read']), 'connection');
  }, 30_000);
  afterAll(async () => {
    watched.end();
    await test.close();
  });

  const seen = (what: string, is: (connection: Connection) => boolean) => until(what, async () => watched.data.find(is)) as Promise<Connection>;

  it('sees what it is at once', async () => {
    expect(await seen('the state', () => true)).toMatchObject({ state: 'never_paired', pairing: null });
  });

  it('sees the QR code when there is one, and the next one when that is over', async () => {
    await tenant.client.post(`/v1/instances/${id}/start`);
    const { pairing: first } = await seen('a QR code', ({ pairing }) => pairing !== null);
    expect(Date.parse(first!.qrExpiresAt)).toBeGreaterThan(Date.now());
    await tenant.client.post('/v1/sandbox/faults', { kind: 'drop' });
    const { pairing: second } = await seen('another QR code', ({ pairing }) => pairing !== null && pairing.qr !== first!.qr);
    await tenant.client.post('/v1/sandbox/phones', { phoneNumber: PHONE });
    expect((await tenant.client.post(`/v1/sandbox/phones/${PHONE}/scan`, { qr: second!.qr })).status).toBe(200);
    await seen('connected', ({ state }) => state === 'connected');
    expect(watched.data.at(-1)).toMatchObject({ state: 'connected', pairing: null });
  });

  it('sees nothing of another tenant, nor without a key that may read', async () => {
    const other = await test.tenant('Other');
    const path = `/v1/instances/${id}/connection/stream`;
    expectProblem(await other.client.get(path), 404, 'instance-not-found');
    expectProblem(await new ApiClient(test.url, 'nobody').get(path), 401, 'unauthorized');
  });

  it('is told that it ends when the product stops', async () => {
    await pairInstance(tenant.client, 'second', '5511999994002');
    const stopping = test.restart();
    await until('the end of the stream', async () => watched.ended);
    await stopping;
  });
});
