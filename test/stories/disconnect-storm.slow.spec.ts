import { type TenantId, uuidOf } from '#libs/contracts';
import { activateVersion, Superuser, until } from '#libs/testing';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const HOUR = 3_600_000;
const FLEET = 25;
const LOST = 10;

describe('a fleet that loses many connections at once', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let tenant: TestTenant;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    for (let n = 0; n < FLEET; n++) await tenant.client.post('/v1/instances', { name: `shop ${n}` });
    const rule = { id: 'lost', kind: 'act', priority: 1, clock: 'latest', match: { environment: ['test'], connection: ['disconnected'] }, archive: { after: 'PT20S' } };
    const draft = await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules: [rule] });
    expect((await activateVersion(tenant.client, draft.body.version)).status).toBe(200);
    await superuser.look(
      `INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at, last_connected_at)
       SELECT tenant_id, id, s, r, now(), s, r, now(), now(), now() FROM (
         SELECT *, CASE WHEN n <= $2 THEN 'disconnected' ELSE 'connected' END AS s, CASE WHEN n <= $2 THEN 'connection_lost' END AS r
         FROM (SELECT tenant_id, id, row_number() OVER (ORDER BY id) AS n FROM instances WHERE tenant_id = $1) AS all_of_them) AS fleet`,
      uuidOf(tenant.id as TenantId),
      LOST,
    );
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const ids = async (state: string) => (await tenant.client.get<{ data: { id: string }[] }>(`/v1/instances?connection=${state}&limit=50`)).body.data.map(({ id }) => id);
  const archived = async () => (await tenant.client.get<{ data: object[] }>('/v1/instances?lifecycle=archived&limit=50')).body.data.length;
  const decisionOf = async (id: string) =>
    (await tenant.client.get<{ decision: { dueAt: string; blockers: { code: string }[] } }>(`/v1/instances/${id}/retention`)).body.decision;

  it('gives each of them an hour before any clock starts, and says so once', async () => {
    const lost = await ids('disconnected');
    expect(lost).toHaveLength(LOST);
    await until('the storm is seen', async () => (await decisionOf(lost[0]!)).blockers.some(({ code }) => code === 'disconnect-storm'));
    for (const id of lost) expect(Date.parse((await decisionOf(id)).dueAt) - Date.now()).toBeGreaterThan(HOUR - 60_000);
    const { data } = (await tenant.client.get<{ data: { type: string; data: object }[] }>('/v1/events?limit=200')).body;
    expect(data.filter(({ type }) => type === 'retention.storm_detected').map((event) => event.data)).toEqual([{ environment: 'test', instances: LOST }]);
    expect(await archived()).toBe(0);
  });

  it('archives those who are not back by then, as the rule says, and no sooner', async () => {
    const [first, ...others] = await ids('disconnected');
    await superuser.look(`UPDATE connections SET settled_since = settled_since - interval '61 minutes', reason_at = reason_at - interval '61 minutes',
      last_connected_at = last_connected_at - interval '61 minutes', storm_until = storm_until - interval '61 minutes' WHERE instance_id = $1`, uuidOf(first as never));
    await superuser.look(`UPDATE instances SET created_at = created_at - interval '61 minutes' WHERE id = $1`, uuidOf(first as never));
    await superuser.look('UPDATE retention_schedule SET next_due_at = tenure_now() WHERE tenant_id = $1', uuidOf(tenant.id as TenantId));
    await until('it is archived', async () => (await archived()) > 0);
    expect(await archived()).toBe(1);
    expect(others).toHaveLength(LOST - 1);
  });
});
