import { uuidOf } from '#libs/contracts';
import { type ApiClient, until } from '#libs/testing';
import { Cluster } from '../setup/cluster.js';
import { pairInstance, readInstance, untilConnected } from '../setup/paired-instance.js';

const NUMBER = '5511999990004';

describe('a deletion with a logout, asked of another process than the one that holds the session', () => {
  let cluster: Cluster;
  let client: ApiClient;
  let id: string;

  beforeAll(async () => {
    cluster = await Cluster.start();
    const holder = await cluster.process('standalone');
    id = await pairInstance(cluster.clientOf(holder), 'shop', NUMBER, cluster.phones);
    client = cluster.clientOf(await cluster.process('api'));
    await untilConnected(client, id);
  }, 90_000);
  afterAll(() => cluster.end());

  const devices = () => cluster.superuser.look('SELECT 1 FROM sandbox.devices WHERE number = $1 AND device > 0', NUMBER);

  it('reaches it: the phone lists the device no more, and the session is over', async () => {
    expect(await devices()).toHaveLength(1);
    const asked = (await client.post<{ id: string; token: string }>(`/v1/instances/${id}/deletion-requests`)).body;
    const confirm = { token: asked.token, name: 'shop', logout: true };
    expect((await client.post(`/v1/deletion-requests/${asked.id}/confirm`, confirm)).status).toBe(202);
    await until('the phone lists it no more', async () => (await devices()).length === 0);
    await until('its session is over', async () => (await readInstance(client, id)).connection.reason === 'logged_out');
    const [row] = await cluster.superuser.look('SELECT logout_requested, owner_node FROM connections WHERE instance_id = $1', uuidOf(id as never));
    expect(row).toEqual({ logout_requested: false, owner_node: null });
  });
});
