import { type ApiClient, until } from '#libs/testing';
import { pairInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

interface Connection {
  state: string;
  reason: string | null;
  attempts: number;
  halted: boolean;
  lastPairing: string | null;
  lastClose: { reason: string; code: number | null } | null;
  pairing: { qr: string; qrExpiresAt: string } | null;
}
interface ShownCode {
  qr: string;
  firstSeen: number;
  lastSeen: number;
  expiresAt: number;
}

const NOTICED_MS = 20_000;

/** What nobody says: noticed by a clock, with the settings that everybody has. Slow by nature. */
describe('a line on which nothing comes any more', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let pairing: TestTenant;
  let codes: Promise<ShownCode[]>;
  let unscanned: string;

  beforeAll(async () => {
    test = await TestApplication.start();
    [tenant, pairing] = [await test.tenant(), await test.tenant('Pairing')];
    unscanned = (await pairing.client.post<{ id: string }>('/v1/instances', { name: 'shop' })).body.id;
    await pairing.client.post(`/v1/instances/${unscanned}/start`);
    codes = watchCodes();
  }, 30_000);
  afterAll(() => test.close());

  const connection = async (client: ApiClient, id: string) => (await client.get<Connection>(`/v1/instances/${id}/connection`)).body;

  /** Until the pairing is over. */
  async function watchCodes(): Promise<ShownCode[]> {
    const shown = new Map<string, ShownCode>();
    for (;;) {
      const now = Date.now();
      const { pairing: code, halted } = await connection(pairing.client, unscanned);
      if (halted) return [...shown.values()];
      if (code) {
        const known = shown.get(code.qr) ?? { qr: code.qr, firstSeen: now, lastSeen: now, expiresAt: Date.parse(code.qrExpiresAt) };
        shown.set(code.qr, { ...known, lastSeen: now });
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  it('is given up within 20 s while it is connected, and can be stopped while it is tried again', async () => {
    const id = await pairInstance(tenant.client, 'connected', '5511999997001');
    const began = Date.now();
    await tenant.client.post('/v1/sandbox/faults', { kind: 'blackhole', phoneNumber: '5511999997001', seconds: 40 });
    await until('noticed', async () => (await connection(tenant.client, id)).state !== 'connected', 30_000);
    expect(Date.now() - began).toBeLessThan(NOTICED_MS);
    expect(await connection(tenant.client, id)).toMatchObject({ reason: 'timed_out', lastClose: { reason: 'timed_out', code: 408 } });
    await tenant.client.post(`/v1/instances/${id}/stop`);
    await until('it can be stopped', async () => (await connection(tenant.client, id)).state === 'disconnected');
  }, 60_000);

  it.each(['login_blackhole', 'upgrade_blackhole'])('is given up within 20 s while it connects (%s), and tried again', async (kind) => {
    const phone = kind === 'login_blackhole' ? '5511999997002' : '5511999997003';
    const id = await pairInstance(tenant.client, kind, phone);
    await tenant.client.post('/v1/sandbox/faults', { kind, seconds: 60, ...(kind === 'login_blackhole' && { phoneNumber: phone }) });
    await tenant.client.post(`/v1/instances/${id}/restart`);
    await until('connecting', async () => (await connection(tenant.client, id)).state === 'connecting');
    const began = Date.now();
    await until('given up', async () => (await connection(tenant.client, id)).attempts > 0, 30_000);
    expect(Date.now() - began).toBeLessThan(NOTICED_MS + 1_000);
    expect(await connection(tenant.client, id)).toMatchObject({ lastClose: { reason: 'timed_out', code: 408 } });
    expect((await tenant.client.delete('/v1/sandbox/faults')).status).toBeLessThan(300);
    await untilConnected(tenant.client, id, 30_000);
  }, 90_000);

  it('shows one QR code after the other, each as long as it says, and then that nobody scanned', async () => {
    const shown = await codes;
    expect(shown).toHaveLength(6);
    for (const { firstSeen, lastSeen, expiresAt } of shown) {
      expect(expiresAt).toBeGreaterThan(firstSeen);
      // the next one may be a moment late, never long
      expect(lastSeen - expiresAt).toBeLessThan(3_000);
    }
    expect(await connection(pairing.client, unscanned)).toMatchObject({ state: 'never_paired', lastPairing: 'expired', halted: true, pairing: null });
  }, 200_000);
});
