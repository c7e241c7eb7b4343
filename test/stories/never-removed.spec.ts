import { uuidOf, type InstanceId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { Superuser, until } from '#libs/testing';
import { type InstanceDto, items } from '../../packages/client/src/index.js';
import { BY_SESSIONS, differencesFromJournal } from '../setup/differences-from-journal.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const FLEET = 1000;
const RESTARTS = 3;
const RESTARTS_AFTER_A_DELETION = 20;

/** The failure Tenure answers: in the most used WhatsApp API a restart, or deleting one, removed every disconnected instance. */
describe('a fleet of disconnected instances, with no policy', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let superuser: Superuser;
  const KEPT = ['instances', 'instance_heads', 'instance_payload', 'wa_credentials', 'wa_signal_keys', 'messages', 'journal'];

  beforeAll(async () => {
    test = await TestApplication.start();
    tenant = await test.tenant();
    superuser = new Superuser(test.database);
    for (let n = 0; n < FLEET; n += 20) {
      const batch = Array.from({ length: 20 }, (_, i) => tenant.client.post('/v1/instances', { name: `number ${n + i}` }));
      for (const { status } of await Promise.all(batch)) expect(status).toBe(201);
    }
    await test.restart(disconnectAll);
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  /** A year ago; every second one still wants to run and was logged out by its phone, as in the famous case. */
  const disconnectAll = async () => {
    await superuser.look(`
      UPDATE instances SET desired_state = CASE WHEN right(name, 1) IN ('0', '2', '4', '6', '8') THEN 'running' ELSE 'stopped' END`);
    await superuser.look(`
      INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at, last_connected_at, halted_seq)
      SELECT tenant_id, id, 'disconnected', r, at, 'disconnected', r, at, at, at, 0
      FROM instances, LATERAL (SELECT now() - interval '365 days' AS at, CASE desired_state WHEN 'running' THEN 'logged_out' ELSE 'user_stopped' END AS r) AS was`);
    await superuser.look(`
      INSERT INTO wa_credentials (tenant_id, instance_id, ciphertext, revoked_at)
      SELECT tenant_id, id, decode(md5(id::text), 'hex'), CASE desired_state WHEN 'running' THEN now() END FROM instances`);
  };

  it(`is exactly the same after ${RESTARTS} restarts`, async () => {
    const before = await superuser.rowsOf(...KEPT);
    expect(before.instances).toHaveLength(FLEET);
    for (let n = 0; n < RESTARTS; n++) await test.restart();
    expect(await superuser.rowsOf(...KEPT)).toEqual(before);
  }, 60_000);

  it('still has every one in the list, and each as before', async () => {
    const tenure = await test.tenure(tenant.id);
    const seen: InstanceDto[] = [];
    for await (const instance of items((page) => tenure.listInstances({ query: { ...page, limit: 200 } }))) seen.push(instance);
    expect(seen).toHaveLength(FLEET);
    expect(seen.filter(({ lifecycle, version, connection }) => lifecycle !== 'active' || version !== 1 || connection.state !== 'disconnected')).toEqual([]);
  });

  it(`is the same but for one that somebody deleted, after ${RESTARTS_AFTER_A_DELETION} more`, async () => {
    const client = await test.client(tenant.id, 'test');
    const { body } = await client.get<{ data: { id: InstanceId; name: string }[] }>('/v1/instances?limit=1');
    const { id, name } = body.data[0]!;
    const of = (rows: Record<string, string[]>, mine: boolean) => Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.filter((row) => row.includes(uuidOf(id)) === mine)]));
    const before = await superuser.rowsOf(...KEPT);
    const asked = await client.post<{ id: string; token: string }>(`/v1/instances/${id}/deletion-requests`);
    expect((await client.post(`/v1/deletion-requests/${asked.body.id}/confirm`, { token: asked.body.token, name })).status).toBe(202);
    await superuser.look(`UPDATE instances SET lifecycle_since = lifecycle_since - interval '8 days' WHERE lifecycle = 'purge_scheduled'`);
    await superuser.look(`UPDATE retention_schedule SET next_due_at = now() WHERE next_action = 'purge'`);
    await until('it is gone', async () => (await superuser.look(`SELECT 1 FROM journal WHERE type = 'instance.erased'`)).length > 0);
    for (let n = 0; n < RESTARTS_AFTER_A_DELETION; n++) await test.restart();
    const after = await superuser.rowsOf(...KEPT);
    expect(of(after, true)).toMatchObject({ instances: [expect.stringContaining('purged')], instance_payload: [], wa_credentials: [], wa_signal_keys: [] });
    expect(of(after, false)).toEqual(of(before, false));
  }, 60_000);

  it('has a journal that gives the present state of each (I15)', async () => {
    expect(await differencesFromJournal(test.get(Database), test.keyring, [...BY_SESSIONS, 'desiredState'])).toEqual([]);
  }, 60_000);
});
