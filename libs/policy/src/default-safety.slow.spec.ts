import { type TestTenant } from '#libs/testing';
import { uuidOf } from '#libs/contracts';
import { RetentionWorld } from '../test/retention-world.js';
import { RetentionSweep } from './retention-sweep.js';

const FLEET = 10_000;
const DAYS = 400;
const DAY = 86_400_000;

/** Nobody has configured anything: neither time nor any number of sweeps takes one of them away (I20). */
describe(`${FLEET} disconnected instances of tenants that asked for nothing`, () => {
  let world: RetentionWorld;
  let silent: TestTenant;
  let careful: TestTenant;

  beforeAll(async () => {
    world = await RetentionWorld.start();
    [silent, careful] = [await world.ground.tenant('silent'), await world.ground.tenant('careful')];
    // one of them wrote rules down, and left them off
    const rules = [{ id: 'all', kind: 'act', priority: 1, clock: 'latest', match: { connection: ['disconnected'] }, archive: { after: 'P1D' }, purge: { after: 'P3D', grace: 'P1D' } }];
    await world.activate(careful.client, rules, { mode: 'off' });
    for (const { id } of [silent, careful]) await disconnect(id, FLEET / 2);
    await world.ground.superuser.look('ANALYZE instance_heads, instances, connections');
  }, 60_000);
  afterAll(() => world.close());

  const disconnect = (tenantId: TestTenant['id'], count: number) =>
    world.ground.superuser.look(
      `WITH heads AS (INSERT INTO instance_heads (tenant_id, instance_id, environment, seq)
                      SELECT $1, gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'live' ELSE 'test' END, 1 FROM generate_series(1, $2::int) n RETURNING instance_id, environment),
       made AS (INSERT INTO instances (tenant_id, id, environment, name, name_key, lifecycle_since, created_at, updated_at)
                SELECT $1, instance_id, environment, instance_id::text, instance_id::text, now(), now(), now() FROM heads)
       INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at)
       SELECT $1, instance_id, 'disconnected', 'logged_out', now(), 'disconnected', 'logged_out', now(), now() FROM heads`,
      uuidOf(tenantId),
      count,
    );
  const rows = () => world.ground.superuser.look<{ rows: string }>(
    `SELECT count(*) || ' ' || md5(string_agg(i::text, ',' ORDER BY id)) AS rows FROM instances i
     UNION ALL SELECT count(*) || '' FROM journal WHERE type LIKE 'instance.%' OR type LIKE 'retention.%'
     UNION ALL SELECT count(*) || '' FROM retention_schedule WHERE next_action IS NOT NULL`,
  );

  it(`are all there after ${DAYS} days, each as it was`, async () => {
    const before = await rows();
    expect(before).toMatchObject([{ rows: expect.stringMatching(/^10000 /) }, { rows: '0' }, { rows: '0' }]);
    for (let day = 0; day < DAYS; day++) {
      await world.moveClock(DAY);
      await world.ground.get(RetentionSweep).sweep();
    }
    expect(await rows()).toEqual(before);
  }, 300_000);

  it('have all been looked at more than once', async () => {
    const [walk] = await world.ground.superuser.look<{ days: number }>(`SELECT extract(epoch FROM tenure_now() - started_at) / 86400 AS days FROM retention_walk`);
    expect(Number(walk!.days)).toBeLessThan(DAYS - 101);
  });
});
