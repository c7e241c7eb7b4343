import { type InstanceId, uuidOf } from '#libs/contracts';
import { Superuser, until } from '#libs/testing';
import { pairInstance, readInstance } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const NUMBER = '5511999990003';
interface Purge {
  status: string;
  logout: string;
}

describe('a deletion that takes the device off the WhatsApp account', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let tenant: TestTenant;
  let id: InstanceId;
  let purgeId = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    id = (await pairInstance(tenant.client, 'shop', NUMBER)) as InstanceId;
    await until('connected', async () => (await connection()).state === 'connected');
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const connection = async () => (await readInstance(tenant.client, id)).connection;
  const devices = () => superuser.look('SELECT 1 FROM sandbox.devices WHERE number = $1 AND device > 0', NUMBER);
  const purge = async () => (await tenant.client.get<Purge>(`/v1/purges/${purgeId}`)).body;

  it('does so at once, as the act of whoever confirms it: the phone lists the device no more, and the session is over', async () => {
    expect(await devices()).toHaveLength(1);
    const asked = (await tenant.client.post<{ id: string; token: string }>(`/v1/instances/${id}/deletion-requests`)).body;
    const confirmed = await tenant.client.post<{ purgeId: string }>(`/v1/deletion-requests/${asked.id}/confirm`, { token: asked.token, name: 'shop', logout: true });
    expect(confirmed.status).toBe(202);
    purgeId = confirmed.body.purgeId;
    await until('its session is over', async () => (await connection()).state === 'disconnected');
    expect(await connection()).toMatchObject({ reason: 'logged_out' });
    await until('the phone lists it no more', async () => (await devices()).length === 0);
    expect(await purge()).toMatchObject({ status: 'scheduled', logout: 'asked' });
    const [asking] = await superuser.look<{ actor: object; data: object }>(`SELECT actor, data FROM journal WHERE instance_id = $1 AND type = 'connection.logout_requested'`, uuidOf(id));
    expect(asking).toMatchObject({ actor: { kind: 'api_key' }, data: { purgeId } });
  });

  it('and its certificate says what came of it', async () => {
    await superuser.look(`UPDATE instances SET lifecycle_since = lifecycle_since - interval '8 days' WHERE id = $1`, uuidOf(id));
    await superuser.look('UPDATE retention_schedule SET next_due_at = tenure_now() WHERE instance_id = $1', uuidOf(id));
    await until('it is purged', async () => (await purge()).status === 'purged');
    expect(await purge()).toMatchObject({ logout: 'done' });
    const [certificate] = await superuser.look('SELECT decision FROM purge_certificates WHERE instance_id = $1', uuidOf(id));
    expect(certificate).toMatchObject({ decision: { action: 'purge', logout: 'done' } });
  });
});
