import { type InstanceId, uuidOf } from '#libs/contracts';
import { Journal } from '#libs/platform';
import { expectProblem, type TestTenant } from '#libs/testing';
import { disconnectedTestRule, RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';

interface Replay {
  instances: number;
  archived: number;
  archivedCameBack: number;
  purged: number;
  purgedCameBack: number;
  byRule: object[];
  sample: { instanceId: string; rule: string; action: string }[];
  unreadable: number;
  truncated: boolean;
}

const SYSTEM = { kind: 'system', id: 'test' } as const;
const RULES = [{ ...disconnectedTestRule, match: { ...TEST_ONLY, labels: { plan: 'free' } }, archive: { after: 'P10D' }, purge: { after: 'P20D', grace: 'P5D' } }];

describe('a replay', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;

  beforeAll(async () => {
    world = await RetentionWorld.start({ api: true, worker: false });
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
  });

  const look = (sql: string, ...values: unknown[]) => world.ground.superuser.look(sql, ...values);
  const draft = async (rules: object[] = RULES, more: object = {}) =>
    (await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules, ...more })).body.version;
  const replay = async (version: number, client = tenant.client) => (await client.post<Replay>(`/v1/retention-policy/versions/${version}/replay`)).body;

  const connection = (id: InstanceId, type: 'opened' | 'closed') =>
    world.ground.database.forTenant(tenant.id, (tx) => {
      const journal = world.ground.get(Journal);
      return type === 'opened'
        ? journal.append(tx, { type: 'connection.opened', instanceId: id, actor: SYSTEM, data: { cycle: 1 } })
        : journal.append(tx, { type: 'connection.closed', instanceId: id, actor: SYSTEM, data: { reason: 'logged_out', code: 401, until: null } });
    });

  /** Created 200 days ago; what happened since is journalled by the product and dated back. Labels are of 150 days ago, whatever they are now. */
  const withPast = async (name: string, past: ['opened' | 'closed', number][], labels: Record<string, string> = { plan: 'free' }) => {
    const id = await world.create(tenant.client, name, labels);
    for (const [type] of past) await connection(id, type);
    const days = [200, ...past.map(([, daysAgo]) => daysAgo)];
    for (const [n, daysAgo] of days.entries()) {
      await look(`UPDATE journal SET occurred_at = now() - $2 * interval '1 day' WHERE instance_id = $1 AND seq = $3`, uuidOf(id), daysAgo, n + 1);
    }
    return id;
  };

  it('says what a version would have done in the last 90 days, and what of it came back', async () => {
    await withPast('gone', [['opened', 100], ['closed', 80]]);
    const archived = await withPast('back soon', [['opened', 100], ['closed', 80], ['opened', 65]]);
    const purged = await withPast('back late', [['opened', 100], ['closed', 80], ['opened', 10]]);
    await withPast('always there', [['opened', 100]]);
    await withPast('paid', [['opened', 100], ['closed', 80]], { plan: 'paid' });
    const free = await withPast('free then', [['opened', 100], ['closed', 80]]);
    await tenant.client.patch(`/v1/instances/${free}`, { labels: { plan: 'paid' } });
    const seen = await replay(await draft());
    expect(seen).toMatchObject({ instances: 6, archived: 4, archivedCameBack: 2, purged: 3, purgedCameBack: 1, unreadable: 0, cut: 0, truncated: false });
    expect(seen.byRule).toEqual([{ rule: 'sandbox', archived: 4, archivedCameBack: 2, purged: 3, purgedCameBack: 1 }]);
    expect(seen.sample.map(({ instanceId, action }) => [instanceId, action])).toEqual([[archived, 'archive'], [purged, 'archive'], [purged, 'purge']]);
  });

  it('counts what is gone, too, and says of how many nobody can read the labels any more', async () => {
    const id = await withPast('gone', [['opened', 100], ['closed', 80]]);
    await look('DELETE FROM instance_payload WHERE instance_id = $1', uuidOf(id));
    expect(await replay(await draft())).toMatchObject({ instances: 1, archived: 0, unreadable: 1 });
    expect(await replay(await draft([{ ...RULES[0], match: TEST_ONLY }]))).toMatchObject({ instances: 1, archived: 1, unreadable: 1 });
  });

  it('of a version that only simulates shows what would have been', async () => {
    await withPast('gone', [['opened', 100], ['closed', 80]]);
    expect(await replay(await draft(RULES, { mode: 'simulate' }))).toMatchObject({ archived: 1, purged: 1 });
    expect(await replay(await draft(RULES, { mode: 'off' }))).toMatchObject({ archived: 0, purged: 0 });
  });

  it('changes nothing', async () => {
    await withPast('gone', [['opened', 100], ['closed', 80]]);
    const version = await draft();
    const before = await world.ground.rowsAtRest();
    await replay(version);
    expect(await world.ground.rowsAtRest()).toEqual(before);
  });

  it('goes through every page', async () => {
    await look(
      `WITH heads AS (INSERT INTO instance_heads (tenant_id, instance_id, environment, seq) SELECT $1, gen_random_uuid(), 'test', 3 FROM generate_series(1, 250) RETURNING instance_id)
       INSERT INTO journal (tenant_id, id, instance_id, seq, type, occurred_at, actor, data)
       SELECT $1, gen_random_uuid(), instance_id, n, (ARRAY['instance.created', 'connection.opened', 'connection.closed'])[n], now() - (ARRAY[200, 100, 50])[n] * interval '1 day',
              '{"kind":"system","id":"test"}', '{"reason":"logged_out"}' FROM heads, generate_series(1, 3) AS n`,
      uuidOf(tenant.id),
    );
    expect(await replay(await draft([{ ...RULES[0], match: TEST_ONLY }]))).toMatchObject({ instances: 250, archived: 250, purged: 250, unreadable: 250 });
  });

  it('sees one environment, and no other tenant', async () => {
    await withPast('gone', [['opened', 100], ['closed', 80]]);
    const version = await draft();
    expect(await replay(version, await world.ground.client(tenant.id, 'live'))).toMatchObject({ environment: 'live', instances: 0 });
    const other = await world.ground.tenant('other');
    expectProblem(await other.client.post(`/v1/retention-policy/versions/${version}/replay`), 404, 'policy-version-not-found');
    await other.client.put('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules: RULES });
    expect(await replay(1, other.client)).toMatchObject({ instances: 0 });
  });
});
