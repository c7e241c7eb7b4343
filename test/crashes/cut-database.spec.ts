import { Superuser, until } from '#libs/testing';
import { CuttingProxy } from '../setup/cutting-proxy.js';
import { pairInstance, stopInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';
/** the statements of a session: its row, its credentials, its keys */
const OF_A_CONNECT = /wa_credentials|wa_signal_keys|connections|connection_settings/;

/** A network that drops the line in the middle of a connect: the pairing survives, whatever the statement (peers lost it here). */
describe('the database connection is cut while an instance connects', () => {
  let test: TestApplication;
  let proxy: CuttingProxy;
  let tenant: TestTenant;
  let superuser: Superuser;
  let id = '';
  let statements = 0;

  beforeAll(async () => {
    test = await TestApplication.start({
      databaseUrl: async ({ url }) => {
        const through = await CuttingProxy.start(url, OF_A_CONNECT);
        proxy = through.proxy;
        return through.url;
      },
    });
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    id = await pairInstance(tenant.client, 'shop', OWN);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
    proxy.stop();
  });

  const stopped = () => stopInstance(tenant.client, id);
  const credentials = () => superuser.look<{ ciphertext: Buffer }>('SELECT ciphertext FROM wa_credentials');
  const pairings = async () => {
    const [row] = await superuser.look<{ n: number }>(`SELECT count(*)::int AS n FROM journal WHERE type LIKE 'connection.pair%'`);
    return row!.n;
  };

  it('an undisturbed connect asks some statements and leaves the credentials as they were', async () => {
    await stopped();
    const before = await credentials();
    proxy.cutAt(Number.MAX_SAFE_INTEGER, 'before');
    await tenant.client.post(`/v1/instances/${id}/start`);
    await untilConnected(tenant.client, id);
    statements = proxy.statements;
    expect(statements).toBeGreaterThan(5);
    await stopped();
    expect(await credentials()).toEqual(before);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].flatMap((n) => [[n, 'before'] as const, [n, 'after'] as const]))(
    'statement %i, %s it reaches the database: credentials byte-equal, no pairing, connected in the end',
    async (n, moment) => {
      const before = { credentials: await credentials(), pairings: await pairings() };
      const cuts = proxy.cuts;
      proxy.cutAt(n, moment);
      await until('start accepted', async () => (await tenant.client.post(`/v1/instances/${id}/start`)).status === 202);
      await untilConnected(tenant.client, id);
      if (n <= statements) expect(proxy.cuts).toBe(cuts + 1);
      await stopped();
      expect({ credentials: await credentials(), pairings: await pairings() }).toEqual(before);
    },
  );
});
