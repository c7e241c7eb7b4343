import { type HoldId, type InstanceId, uuidOf } from '#libs/contracts';
import { lockInstance } from '#libs/platform';
import { PolicyVersions } from '#libs/retention';
import { expectProblem, type TestTenant, until } from '#libs/testing';
import { RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';
import type { HoldDto, HoldPageDto } from './hold.dto.js';

const REASON = 'a dispute';
const PURGING = { id: 'gone', kind: 'act', priority: 1, clock: 'latest', match: TEST_ONLY, purge: { after: 'PT1S', grace: 'PT1S' } };

describe('a hold', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let id: InstanceId;
  let version: number;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    id = await world.create(tenant.client, 'shop', { legal: 'case-7' });
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
    const draft = await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules: [PURGING] });
    version = draft.body.version;
  });

  const place = (body: object) => tenant.client.post<HoldDto>('/v1/holds', { reason: REASON, ...body });
  const blockersOf = async (of = id) => (await world.explain(tenant.client, of, `?policyVersion=${version}`)).decision.blockers.map(({ code }) => code);
  const list = async (query = '') => (await tenant.client.get<HoldPageDto>(`/v1/holds${query}`)).body.data;

  it.each([
    ['an instance', () => ({ scope: 'instance', instanceId: id })],
    ['a label', () => ({ scope: 'selector', selector: 'legal' })],
    ["a label's value", () => ({ scope: 'selector', selector: 'legal=case-7' })],
    ['the tenant', () => ({ scope: 'tenant' })],
  ])('on %s stands before its removal until it is released', async (_on, body) => {
    expect(await blockersOf()).toEqual([]);
    const placed = await place(body());
    expect(placed).toMatchObject({ status: 201, body: { reason: REASON, environment: 'test', releasedAt: null, ...body() } });
    expect(await blockersOf()).toEqual(['hold']);
    expect((await tenant.client.delete(`/v1/holds/${placed.body.id}`)).status).toBe(204);
    expect(await blockersOf()).toEqual([]);
    expect((await tenant.client.get(`/v1/holds/${placed.body.id}`)).body).toMatchObject({ reason: REASON, releasedAt: expect.any(String), releasedBy: { kind: 'api_key' } });
  });

  it('covers nothing else', async () => {
    const other = await world.create(tenant.client, 'other', { legal: 'case-8' });
    await world.settle(tenant.id, other, 'disconnected', 'logged_out', 60);
    await place({ scope: 'instance', instanceId: id });
    await place({ scope: 'selector', selector: 'legal=case-7' });
    await place({ scope: 'selector', selector: 'constructor' });
    expect([await blockersOf(), await blockersOf(other)]).toEqual([['hold', 'hold'], []]);
  });

  it('on a label covers what gets the label, and no more what loses it', async () => {
    await place({ scope: 'selector', selector: 'vip' });
    await tenant.client.patch(`/v1/instances/${id}`, { labels: { vip: 'yes' } });
    expect(await blockersOf()).toEqual(['hold']);
    await tenant.client.patch(`/v1/instances/${id}`, { labels: { vip: null } });
    expect(await blockersOf()).toEqual([]);
  });

  it('does not keep an instance from being archived', async () => {
    await place({ scope: 'tenant' });
    expect((await tenant.client.post(`/v1/instances/${id}/archive`)).body).toMatchObject({ lifecycle: 'archived' });
    expect(await blockersOf()).toEqual(['hold']);
  });

  it('of the sandbox is nothing to live instances, and a test key does not find a live one', async () => {
    const live = await world.ground.client(tenant.id, 'live');
    const placed = await live.post<HoldDto>('/v1/holds', { scope: 'tenant', reason: REASON });
    expect(await blockersOf()).toEqual([]);
    expectProblem(await tenant.client.delete(`/v1/holds/${placed.body.id}`), 404, 'hold-not-found');
    expect(await list()).toEqual([]);
  });

  it('is in the journal, with who placed and who released it', async () => {
    const mine = await place({ scope: 'instance', instanceId: id });
    const wide = await place({ scope: 'selector', selector: 'legal' });
    for (const { body } of [mine, wide]) await tenant.client.delete(`/v1/holds/${body.id}`);
    const entries = await world.ground.superuser.look(
      `SELECT type, data ->> 'holdId' AS hold, instance_id IS NOT NULL AS own, actor ->> 'kind' AS by FROM journal WHERE tenant_id = $1 AND type LIKE '%hold%' ORDER BY id`,
      uuidOf(tenant.id),
    );
    expect(entries).toEqual([
      { type: 'instance.hold_placed', hold: mine.body.id, own: true, by: 'api_key' },
      { type: 'hold.placed', hold: wide.body.id, own: false, by: 'api_key' },
      { type: 'instance.hold_released', hold: mine.body.id, own: true, by: 'api_key' },
      { type: 'hold.released', hold: wide.body.id, own: false, by: 'api_key' },
    ]);
  });

  it('is listed newest first, by page, by instance, and once released apart', async () => {
    const holds: HoldId[] = [];
    for (const body of [{ scope: 'tenant' }, { scope: 'instance', instanceId: id }, { scope: 'selector', selector: 'legal' }]) holds.push((await place(body)).body.id as HoldId);
    expect((await list()).map((hold) => hold.id)).toEqual([...holds].reverse());
    expect((await list(`?instanceId=${id}`)).map((hold) => hold.id)).toEqual([holds[1]]);
    const { body } = await tenant.client.get<HoldPageDto>('/v1/holds?limit=2');
    expect((await list(`?limit=2&cursor=${body.nextCursor}`)).map((hold) => hold.id)).toEqual([holds[0]]);
    await tenant.client.delete(`/v1/holds/${holds[2]}`);
    expect((await list('?status=released')).map((hold) => hold.id)).toEqual([holds[2]]);
    expect(await list()).toHaveLength(2);
  });

  it.each([
    [{ scope: 'instance' }, '/instanceId'],
    [{ scope: 'selector' }, '/selector'],
    [{ scope: 'tenant', selector: 'legal' }, '/selector'],
    [{ scope: 'selector', selector: 'legal', instanceId: 'ins_01h455vb4pex5vsknk084sn02q' }, '/instanceId'],
    [{ scope: 'instance', instanceId: 'shop' }, '/instanceId'],
    [{ scope: 'selector', selector: '=x' }, '/selector'],
    [{ scope: 'tenant', reason: '' }, '/reason'],
    [{ scope: 'everything' }, '/scope'],
  ])('that makes no sense is refused: %j', async (body, pointer) => {
    const refused = await place(body);
    expectProblem(refused, 422, 'invalid-request');
    const { errors } = refused.body as unknown as { errors: { pointer: string }[] };
    expect([...new Set(errors.map((error) => error.pointer))]).toEqual([pointer]);
    expect(await list()).toEqual([]);
  });

  it('on an instance that is not there, released twice, or past the thousandth, is refused', async () => {
    expectProblem(await place({ scope: 'instance', instanceId: 'ins_01h455vb4pex5vsknk084sn02q' }), 404, 'instance-not-found');
    const { body } = await place({ scope: 'tenant' });
    await tenant.client.delete(`/v1/holds/${body.id}`);
    expectProblem(await tenant.client.delete(`/v1/holds/${body.id}`), 404, 'hold-not-found');
    await world.ground.superuser.look(
      `INSERT INTO active_holds (tenant_id, id, environment, scope, reason, placed_at, placed_by)
       SELECT $1, gen_random_uuid(), 'test', 'tenant', 'many', now(), '{}' FROM generate_series(1, 1000)`,
      uuidOf(tenant.id),
    );
    expectProblem(await place({ scope: 'tenant' }), 403, 'too-many-holds');
  });

  it.each([
    ['an instance', () => ({ scope: 'instance', instanceId: id })],
    ['a label', () => ({ scope: 'selector', selector: 'legal' })],
    ['the tenant', () => ({ scope: 'tenant' })],
  ])('on %s waits for a removal that is under way', async (_on, body) => {
    let placing: Promise<{ status: number }> | undefined;
    let answered = false;
    await world.ground.database.forTenant(tenant.id, async (tx) => {
      await world.ground.get(PolicyVersions).lockInForce(tx);
      await lockInstance(tx, id);
      placing = place(body()).then((answer) => ((answered = true), answer));
      await until('it waits', async () => (await world.ground.superuser.look(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).length > 0);
      expect(answered).toBe(false);
    });
    expect((await placing!).status).toBe(201);
  });
});

describe('a platform hold', () => {
  let world: RetentionWorld;
  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());

  it('stands before every removal of every tenant, and only the operator places and releases it', async () => {
    const tenant = await world.ground.tenant();
    const id = await world.create(tenant.client, 'shop');
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
    const { body } = await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules: [PURGING] });
    const blockers = async () => (await world.explain(tenant.client, id, `?policyVersion=${body.version}`)).decision.blockers.map(({ code }) => code);
    expectProblem(await tenant.client.post('/v1/platform/holds', { reason: REASON }), 403, 'forbidden');
    const placed = await world.ground.operator.post<{ id: string }>('/v1/platform/holds', { reason: REASON });
    expect(placed.status).toBe(201);
    expect(await blockers()).toEqual(['platform-hold']);
    expect((await world.ground.operator.get<{ data: object[] }>('/v1/platform/holds')).body.data).toEqual([expect.objectContaining({ id: placed.body.id, releasedAt: null })]);
    expect((await world.ground.operator.delete(`/v1/platform/holds/${placed.body.id}`)).status).toBe(204);
    expect(await blockers()).toEqual([]);
    expectProblem(await world.ground.operator.delete(`/v1/platform/holds/${placed.body.id}`), 404, 'hold-not-found');
  });
});
