import { Superuser, until } from '#libs/testing';
import { pairInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

interface Row {
  state: string;
  settled_reason: string | null;
  settled_since: Date;
  halted_seq: string | null;
  retry_at: Date | null;
}

/** Every way WhatsApp or the network ends a connection; none of them touches the credentials of an instance that WhatsApp still knows. */
describe('a connection that ends by', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let superuser: Superuser;
  let count = 0;
  let shared: { name: string; phone: string; id: string } | undefined;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const row = async (id: string) => (await superuser.look<Row>(`SELECT c.* FROM connections c JOIN instances i ON i.id = c.instance_id WHERE i.name = $1`, id))[0]!;
  const credentials = async (name: string) =>
    superuser.look('SELECT revoked_at, ciphertext IS NOT NULL AS there FROM wa_credentials JOIN instances ON id = instance_id WHERE name = $1', name);
  const closings = async (name: string) =>
    (await superuser.look<{ reason: string }>(
      `SELECT data->>'reason' AS reason FROM journal j JOIN instances i ON i.id = j.instance_id WHERE i.name = $1 AND type = 'connection.closed' ORDER BY seq`,
      name,
    )).map(({ reason }) => reason);
  /** One for all the faults it comes back from. */
  const survivor = async () => (shared ??= await paired());
  const paired = async () => {
    const name = `number ${++count}`;
    const phone = `55119999910${String(count).padStart(2, '0')}`;
    return { name, phone, id: await pairInstance(tenant.client, name, phone) };
  };

  it.each([
    ['a cut line', 'drop', undefined, ['connection_lost']],
    ['a server that is not available', 'stream_503', undefined, ['connection_lost']],
    ['a demand to restart', 'restart_515', undefined, ['connection_lost']],
    ['a broken stream', 'bad_session', undefined, ['bad_session']],
    ['a ban of two seconds', 'temporary_ban', 2, ['banned']],
    ['a silence', 'blackhole', 2, ['connection_lost']],
  ])('%s comes back by itself', async (_what, kind, seconds, reasons) => {
    const { name, phone, id } = await survivor();
    const before = (await closings(name)).length;
    await tenant.client.post('/v1/sandbox/faults', { kind, phoneNumber: phone, ...(seconds && { seconds }) });
    await until('closed', async () => (await closings(name)).length > before);
    await untilConnected(tenant.client, id);
    expect((await closings(name)).slice(before)).toEqual(reasons);
    expect(await credentials(name)).toEqual([{ revoked_at: null, there: true }]);
  });

  it.each([
    ['another client that took it over', 'replaced', 'replaced'],
    ['a ban', 'banned', 'banned'],
  ])('%s waits until somebody asks, and then needs no new pairing', async (_what, kind, reason) => {
    const { name, phone, id } = await paired();
    await tenant.client.post('/v1/sandbox/faults', { kind, phoneNumber: phone });
    await until(reason, async () => (await row(name)).settled_reason === reason);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await row(name)).toMatchObject({ state: 'disconnected', halted_seq: expect.anything() });
    expect(await credentials(name)).toEqual([{ revoked_at: null, there: true }]);
    await tenant.client.post(`/v1/instances/${id}/${kind === 'banned' ? 'restart' : 'start'}`);
    await untilConnected(tenant.client, id);
    expect(await closings(name)).toEqual([reason]);
  });

  it('an outdated version is tried again slowly, and nothing is deleted', async () => {
    const { name, phone } = await paired();
    await tenant.client.post('/v1/sandbox/faults', { kind: 'stale_version', phoneNumber: phone, seconds: 60 });
    await until('version_rejected', async () => (await row(name)).settled_reason === 'version_rejected');
    const { retry_at: retryAt, halted_seq: halted } = await row(name);
    expect(halted).toBeNull();
    expect(retryAt!.getTime() - Date.now()).toBeGreaterThan(5 * 60_000);
    expect(await credentials(name)).toEqual([{ revoked_at: null, there: true }]);
  });

  it.each([['logins are refused', 'login_503'], ['connections are refused before WhatsApp is reached', 'upgrade_503']])(
    'a cut line while %s comes back when that is over, with one entry and the instant of the cut',
    async (_what, kind) => {
      const { name, phone, id } = await paired();
      const during = kind === 'upgrade_503' ? {} : { phoneNumber: phone };
      await tenant.client.post('/v1/sandbox/faults', { kind, seconds: 4, ...during });
      await tenant.client.post('/v1/sandbox/faults', { kind: 'drop', phoneNumber: phone });
      await until('disconnected', async () => (await row(name)).settled_reason === 'connection_lost');
      const { settled_since: since } = await row(name);
      await until('several attempts', async () => {
        const [seen] = await superuser.look<{ attempts: number }>('SELECT attempts FROM connections JOIN instances ON id = instance_id WHERE name = $1', name);
        return seen!.attempts >= 2;
      });
      expect((await row(name)).settled_since).toEqual(since);
      await untilConnected(tenant.client, id, 30_000);
      expect(await closings(name)).toEqual(['connection_lost']);
    },
    40_000,
  );
});
