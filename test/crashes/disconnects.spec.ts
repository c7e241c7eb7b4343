import { setTimeout as sleep } from 'node:timers/promises';
import { Superuser, until } from '#libs/testing';
import { pairInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';
import { untilAtRest } from '../setup/until-quiet.js';

interface Connection {
  state: string;
  reason: string | null;
  since: string;
  retryAt: string | null;
  attempts: number;
  halted: boolean;
  lastClose: { reason: string; code: number | null; at: string } | null;
}
interface Entry {
  type: string;
  data: { reason?: string; code?: number | null; until?: string | null };
}
interface Paired {
  name: string;
  phone: string;
  id: string;
}

/** Every way WhatsApp or the network ends a connection (connections.md 2); none of them touches the credentials of an instance that WhatsApp still knows. */
describe('a connection that ends by', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let superuser: Superuser;
  let count = 0;
  let shared: Paired | undefined;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const paired = async (): Promise<Paired> => {
    const name = `number ${++count}`;
    const phone = `55119999910${String(count).padStart(2, '0')}`;
    return { name, phone, id: await pairInstance(tenant.client, name, phone) };
  };
  /** One for all the faults it comes back from. */
  const survivor = async () => (shared ??= await paired());
  const connection = async ({ id }: Paired) => (await tenant.client.get<Connection>(`/v1/instances/${id}/connection`)).body;
  const closings = async ({ id }: Paired) => {
    const { body } = await tenant.client.get<{ data: Entry[] }>(`/v1/instances/${id}/events?limit=200`);
    return body.data.filter(({ type }) => type === 'connection.closed').reverse();
  };
  /** To the byte: a snapshot that says the same is not written again. */
  const credentials = async ({ name }: Paired) =>
    (await superuser.look<{ bytes: string; revoked: boolean }>(
      `SELECT md5(ciphertext) AS bytes, revoked_at IS NOT NULL AS revoked FROM wa_credentials JOIN instances ON id = instance_id WHERE name = $1`,
      name,
    ))[0]!;
  const restingCredentials = (of: Paired) => untilAtRest(() => credentials(of), 700);
  const fault = (kind: string, phoneNumber?: string, seconds?: number) =>
    tenant.client.post('/v1/sandbox/faults', { kind, ...(phoneNumber && { phoneNumber }), ...(seconds && { seconds }) });
  const until401 = (of: Paired) => until('logged out', async () => (await connection(of)).reason === 'logged_out');
  const ends = async (reason: string) => {
    const scrape = await (await fetch(`${test.url}/metrics`)).text();
    const lines = scrape.split('\n').filter((line) => line.startsWith('tenure_session_ends_total') && line.includes(`reason="${reason}"`));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };

  it.each([
    ['a cut line (428)', 'drop', undefined, 'connection_lost', 428],
    ['a server that is not available (503)', 'stream_503', undefined, 'connection_lost', 503],
    ['a demand to restart (515)', 'restart_515', undefined, 'connection_lost', 515],
    ['a broken stream (500)', 'bad_session', undefined, 'bad_session', 500],
    ['a ban of two seconds (402)', 'temporary_ban', 2, 'banned', 402],
    ['the end of its stream (428)', 'stream_end', undefined, 'connection_lost', 428],
    ['a silence that ends in a cut (428)', 'blackhole', 2, 'connection_lost', 428],
  ])('%s comes back by itself', async (_what, kind, seconds, reason, code) => {
    const own = await survivor();
    // WhatsApp asked for it: no trouble
    const counts = code === 515 ? 'none' : reason;
    const [before, bytes, counted] = [(await closings(own)).length, await restingCredentials(own), await ends(counts)];
    await fault(kind, own.phone, seconds);
    await until('closed', async () => (await closings(own)).length > before);
    await untilConnected(tenant.client, own.id);
    expect((await closings(own)).slice(before)).toMatchObject([{ data: { reason, code, until: kind === 'temporary_ban' ? expect.any(String) : null } }]);
    expect(await connection(own)).toMatchObject({ state: 'connected', reason: null, halted: false, lastClose: { reason, code } });
    expect(await credentials(own)).toEqual(bytes);
    expect(await ends(counts)).toBeGreaterThan(counted);
  });

  it.each([
    ['another client that took it over (440)', 'replaced', 'replaced', 440, 'start'],
    ['a ban (403)', 'banned', 'banned', 403, 'restart'],
    ['a phone that left multi-device (411)', 'multidevice_mismatch', 'bad_session', 411, 'restart'],
  ])('%s waits until somebody asks, and then needs no new pairing', async (_what, kind, reason, code, ask) => {
    const own = await paired();
    const bytes = await restingCredentials(own);
    await fault(kind, own.phone);
    await until(reason, async () => (await connection(own)).reason === reason);
    await sleep(1_500);
    expect(await connection(own)).toMatchObject({ state: 'disconnected', reason, halted: true, retryAt: null, lastClose: { reason, code } });
    expect(await credentials(own)).toEqual(bytes);
    await tenant.client.post(`/v1/instances/${own.id}/${ask}`);
    await untilConnected(tenant.client, own.id);
    expect(await closings(own)).toMatchObject([{ data: { reason, code } }]);
    expect(await credentials(own)).toEqual(bytes);
  });

  it('a phone that unlinked it (401) is logged out: its credentials are revoked, kept to the byte, and another login is not tried', async () => {
    const own = await paired();
    const { bytes } = await restingCredentials(own);
    await tenant.client.post(`/v1/sandbox/phones/${own.phone}/unlink`);
    await until401(own);
    await sleep(1_500);
    expect(await connection(own)).toMatchObject({ state: 'disconnected', halted: true, lastClose: { reason: 'logged_out', code: 401 } });
    expect(await credentials(own)).toEqual({ bytes, revoked: true });
  });

  it.each([
    ['a line that is cut after a pairing code was asked for', async (id: string) => {
      await tenant.client.post(`/v1/instances/${id}/pairing-code`, { phoneNumber: '5511999991199' });
      await fault('drop');
    }, false],
    ['QR codes that nobody scanned (408)', async (id: string) => {
      await fault('qr_used_up', undefined, 2);
      await tenant.client.post(`/v1/instances/${id}/restart`);
    }, true],
  ] as const)('%s, before it was ever paired, is no logout: nothing is kept of it', async (_what, provoke, over) => {
    const name = `unpaired ${++count}`;
    const { id } = (await tenant.client.post<{ id: string }>('/v1/instances', { name })).body;
    const own = { id, name, phone: '' };
    const qr = async () => (await tenant.client.get<{ pairing: { qr: string } | null }>(`/v1/instances/${id}/connection`)).body.pairing?.qr;
    await tenant.client.post(`/v1/instances/${id}/start`);
    const first = await until('a QR code', qr);
    await provoke(id);
    if (over) await until('it is over', async () => (await connection(own)).halted);
    else await until('another QR code', async () => (await qr()) !== first && (await qr()));
    expect(await connection(own)).toMatchObject({ state: over ? 'never_paired' : 'pairing', reason: null });
    expect(await credentials(own)).toEqual({ bytes: null, revoked: false });
    expect(await closings(own)).toEqual([]);
    await tenant.client.post(`/v1/instances/${id}/stop`);
    // of the whole tenant: the next one is to be paired
    await tenant.client.delete('/v1/sandbox/faults');
  });

  it('an outdated version (405) is tried again slowly, nothing is deleted, and with another version it is tried soon', async () => {
    const own = await paired();
    const bytes = await restingCredentials(own);
    await fault('stale_version', own.phone, 60);
    await until('version_rejected', async () => (await connection(own)).reason === 'version_rejected');
    const { retryAt, halted } = await connection(own);
    expect(halted).toBe(false);
    expect(Date.parse(retryAt!) - Date.now()).toBeGreaterThan(5 * 60_000);
    expect(await credentials(own)).toEqual(bytes);

    await tenant.client.delete('/v1/sandbox/faults');
    expect((await test.operator.put('/v1/platform/whatsapp-version', { version: '2.3000.9999999999' })).body).toMatchObject({ version: '2.3000.9999999999' });
    await until('an attempt in less than a minute', async () => Date.parse((await connection(own)).retryAt ?? '') - Date.now() < 60_000, 20_000);
    await untilConnected(tenant.client, own.id, 45_000);
  });

  it.each([['logins are refused', 'login_503', 503], ['connections are refused before WhatsApp is reached', 'upgrade_503', null]])(
    'a cut line while %s comes back when that is over, with one entry and the instant of the cut',
    async (_what, kind, code) => {
      const own = await paired();
      const bytes = await restingCredentials(own);
      await fault(kind, kind === 'upgrade_503' ? undefined : own.phone, 4);
      await fault('drop', own.phone);
      await until('disconnected', async () => (await connection(own)).reason === 'connection_lost');
      const { since } = await connection(own);
      await until('several attempts', async () => (await connection(own)).attempts >= 2);
      expect(await connection(own)).toMatchObject({ reason: 'connection_lost', since, lastClose: { reason: 'connection_lost', code } });
      await untilConnected(tenant.client, own.id, 30_000);
      expect(await closings(own)).toMatchObject([{ data: { reason: 'connection_lost', code: 428 } }]);
      expect(await credentials(own)).toEqual(bytes);
    },
    40_000,
  );
});
