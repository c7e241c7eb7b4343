import { until } from '#libs/testing';
import { pairInstance } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';
interface Connection {
  state: string;
  reason: string | null;
  since: string;
  phoneNumber: string | null;
}

/** A peer's list said open while its detail said close. Here every read is the same row. */
describe('the state of an instance', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let id = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    tenant = await test.tenant();
    id = await pairInstance(tenant.client, 'shop', OWN);
  }, 30_000);
  afterAll(() => test.close());

  const reads = async (): Promise<Connection[]> => {
    const { client } = tenant;
    const [list, filtered, single, connection] = await Promise.all([
      client.get<{ data: { connection: Connection }[] }>('/v1/instances'),
      client.get<{ data: { connection: Connection }[] }>('/v1/instances?name=shop'),
      client.get<{ connection: Connection }>(`/v1/instances/${id}`),
      client.get<Connection>(`/v1/instances/${id}/connection`),
    ]);
    const pick = ({ state, reason, since, phoneNumber }: Connection) => ({ state, reason, since, phoneNumber });
    return [list.body.data[0]!.connection, filtered.body.data[0]!.connection, single.body.connection, connection.body].map(pick);
  };
  const agreed = (state: string) =>
    until(`every read says ${state}`, async () => {
      const seen = await reads();
      return seen.every((connection) => connection.state === state) && new Set(seen.map((read) => JSON.stringify(read))).size === 1;
    });

  it('is the same in every read while it is connected', () => agreed('connected'));

  it('is the same in every read after the phone unlinked it, also across a restart', async () => {
    await tenant.client.post(`/v1/sandbox/phones/${OWN}/unlink`);
    await agreed('disconnected');
    expect((await reads())[0]!.reason).toBe('logged_out');
    await test.restart();
    tenant = { id: tenant.id, client: await test.client(tenant.id, 'test') };
    await agreed('disconnected');
    expect((await reads())[0]!.reason).toBe('logged_out');
  });
});
