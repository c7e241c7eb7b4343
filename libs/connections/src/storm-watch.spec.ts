import { type InstanceId, newId, uuidOf } from '#libs/contracts';
import { type ApiClient, TestGround, type TestTenant } from '#libs/testing';
import { ConnectionsRepository } from './connections.repository.js';
import { FleetRepository } from './fleet.repository.js';
import { isStorm } from './is-storm.js';
import { StormWatch } from './storm-watch.js';

describe('a storm', () => {
  it.each([
    [16, 4, false],
    [15, 5, true],
    [0, 19, false],
    [0, 20, true],
    [800, 200, false],
    [799, 201, true],
  ])('of %i that hold and %i that were lost: %s', (connected, lost, storm) => expect(isStorm({ connected, lost })).toBe(storm));
});

describe('the storm watch', () => {
  let ground: TestGround;
  beforeAll(async () => (ground = await TestGround.start({ providers: [ConnectionsRepository, FleetRepository, StormWatch] })));
  afterAll(() => ground.close());

  /** `lost`: so many are disconnected now for this reason, the others of the number are connected. */
  const fleet = async (name: string, size: number, lost: number, reason = 'connection_lost', ago = '1 minute'): Promise<TestTenant> => {
    const tenant = await ground.tenant(name);
    await add(tenant, tenant.client, size, lost, reason, ago);
    return tenant;
  };
  const add = async (tenant: TestTenant, client: ApiClient, size: number, lost: number, reason = 'connection_lost', ago = '1 minute'): Promise<void> => {
    const prefix = newId('req');
    const made = await Promise.all(Array.from({ length: size }, (_, n) => client.post<{ id: InstanceId }>('/v1/instances', { name: `${prefix} ${n}` })));
    await ground.superuser.look(
      `INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since)
       SELECT $1, id, s, r, at, s, r, at FROM unnest($2::uuid[]) WITH ORDINALITY AS i (id, n),
         LATERAL (SELECT CASE WHEN n <= $3 THEN 'disconnected' ELSE 'connected' END AS s, CASE WHEN n <= $3 THEN $4 END AS r, now() - $5::interval AS at) AS was`,
      ...[uuidOf(tenant.id), made.map(({ body }) => uuidOf(body.id)), lost, reason, ago],
    );
  };
  const marked = async ({ id }: TestTenant) =>
    (await ground.superuser.look('SELECT 1 FROM connections WHERE tenant_id = $1 AND storm_until = settled_since + interval \'1 hour\'', uuidOf(id))).length;
  const told = async ({ id }: TestTenant) =>
    (await ground.superuser.look<{ data: object }>(`SELECT data FROM journal WHERE tenant_id = $1 AND type = 'retention.storm_detected' ORDER BY occurred_at`, uuidOf(id))).map(({ data }) => data);

  it('gives an hour to those who were lost together, and to nobody else', async () => {
    const [calm, stormy, stopped, old, small] = [
      await fleet('calm', 100, 3),
      await fleet('stormy', 25, 8),
      await fleet('stopped', 25, 20, 'user_stopped'),
      await fleet('old', 25, 20, 'connection_lost', '6 minutes'),
      await fleet('small', 5, 5),
    ];
    await ground.get(StormWatch).mark();
    await ground.get(StormWatch).mark();
    const seen = await Promise.all([calm, stormy, stopped, old, small].map(marked));
    expect(seen).toEqual([0, 8, 0, 0, 0]);
  });

  it('of the whole platform meets every tenant, however small', async () => {
    const small = await fleet('tiny', 3, 2);
    const huge = await fleet('huge', 60, 60);
    await ground.get(StormWatch).mark();
    expect([await marked(small), await marked(huge)]).toEqual([2, 60]);
    expect(await told(small)).toEqual([{ environment: 'test', instances: 2 }]);
  });

  it('is told of once, however many more follow within minutes', async () => {
    const tenant = await fleet('told', 25, 8);
    await ground.get(StormWatch).mark();
    await add(tenant, tenant.client, 5, 5, 'timed_out', '1 second');
    await ground.get(StormWatch).mark();
    expect(await marked(tenant)).toBe(13);
    expect(await told(tenant)).toEqual([{ environment: 'test', instances: 8 }]);
  });

  it('of test instances is none of live ones', async () => {
    const tenant = await fleet('both', 25, 20);
    await add(tenant, await ground.client(tenant.id, 'live'), 25, 2);
    await ground.get(StormWatch).mark();
    expect(await marked(tenant)).toBe(20);
    expect(await told(tenant)).toEqual([{ environment: 'test', instances: 20 }]);
  });
});
