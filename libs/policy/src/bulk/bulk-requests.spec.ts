import { type BulkRequestId, type InstanceId, uuidOf } from '#libs/contracts';
import { Database, lockInstance } from '#libs/platform';
import { type ApiClient, expectProblem, type TestTenant, until } from '#libs/testing';
import { RetentionWorld } from '../../test/retention-world.js';
import { BulkMembersRepository } from './bulk-members.repository.js';
import type { BulkRequestDto, BulkRequestWithTallyDto, BulkResultPageDto, NewBulkRequestDto } from './bulk-request.dto.js';
import { BulkRequestsRepository } from './bulk-requests.repository.js';
import { BulkSweep } from './bulk-sweep.js';
import { BulkTurns } from './bulk-turns.js';

describe('a request for many instances', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let ids: InstanceId[];

  beforeAll(async () => {
    world = await RetentionWorld.start({ api: true, worker: false });
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    ids = [];
    for (const name of ['first', 'second', 'third']) ids.push(await world.create(tenant.client, name, { plan: 'free' }));
  });

  const look = (sql: string, ...values: unknown[]) => world.ground.superuser.look(sql, ...values);
  const ask = async (body: object, client: ApiClient = tenant.client) => (await client.post<NewBulkRequestDto>('/v1/bulk-requests', body)).body;
  const confirm = ({ id, token, instances }: NewBulkRequestDto, body: object = {}, client: ApiClient = tenant.client) =>
    client.post<BulkRequestWithTallyDto>(`/v1/bulk-requests/${id}/confirm`, { token, instances, ...body });
  const stop = (id: string) => tenant.client.post<BulkRequestWithTallyDto>(`/v1/bulk-requests/${id}/stop`);
  const read = async (id: string) => (await tenant.client.get<BulkRequestWithTallyDto>(`/v1/bulk-requests/${id}`)).body;
  const results = async (id: string) => (await tenant.client.get<BulkResultPageDto>(`/v1/bulk-requests/${id}/results`)).body.data;
  const lifecycles = () => Promise.all(ids.map(async (id) => (await world.read(tenant.client, id)).lifecycle));
  const get = <T>(type: abstract new (...args: never[]) => T) => world.ground.get(type);
  const sweep = () => new BulkSweep(get(Database), get(BulkRequestsRepository), get(BulkMembersRepository), get(BulkTurns)).sweep();
  /** The first carries it out, the second finds that nothing is left. */
  const carryOut = async () => {
    await sweep();
    await sweep();
  };
  const hold = (body: object) => tenant.client.post('/v1/holds', { reason: 'a dispute', ...body });
  const untilWaiting = () => until('somebody waits', async () => (await look(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%instance_heads%'`)).length > 0);

  it('shows how many and what would be refused, and does nothing until it is confirmed', async () => {
    await hold({ scope: 'instance', instanceId: ids[0] });
    await tenant.client.patch(`/v1/instances/${ids[1]}`, { deletionProtection: true });
    const request = await ask({ action: 'delete', selector: 'plan=free' });
    expect(request).toMatchObject({ status: 'open', action: 'delete', environment: 'test', instances: 3, wouldRefuse: { hold: 1, 'deletion-protected': 1 } });
    await carryOut();
    expect(await lifecycles()).toEqual(['active', 'active', 'active']);
    expect(JSON.stringify(await look('SELECT token_hash::text AS hash FROM bulk_requests WHERE tenant_id = $1', uuidOf(tenant.id)))).not.toContain(request.token);
  });

  it('archives exactly what was there when it was asked for (I4), and says how each fared', async () => {
    const request = await ask({ action: 'archive', selector: 'plan=free' });
    ids.push(await world.create(tenant.client, 'later', { plan: 'free' }));
    await world.settle(tenant.id, ids[1]!, 'connected', null, 5);
    await look(`UPDATE instances SET desired_state = 'running' WHERE id = $1`, uuidOf(ids[1]!));
    expect(await confirm(request)).toMatchObject({ status: 202, body: { status: 'running', done: 0, refused: 0 } });
    await carryOut();
    expect(await lifecycles()).toEqual(['archived', 'active', 'archived', 'active']);
    expect(await read(request.id)).toMatchObject({ status: 'finished', done: 2, refused: 1, reasons: { 'instance-connected': 1 }, endedAt: expect.any(String) });
    expect(await results(request.id)).toEqual([
      { instanceId: ids[0], outcome: 'done', reason: null, purgeId: null },
      { instanceId: ids[1], outcome: 'refused', reason: 'instance-connected', purgeId: null },
      { instanceId: ids[2], outcome: 'done', reason: null, purgeId: null },
    ]);
    const entries = await look(`SELECT type, actor ->> 'kind' AS kind FROM journal WHERE tenant_id = $1 AND type ~ 'archived|bulk' ORDER BY id`, uuidOf(tenant.id));
    expect(entries).toEqual(['retention.bulk_confirmed', 'instance.archived', 'instance.archived', 'retention.bulk_finished'].map((type, i) => ({ type, kind: i === 3 ? 'system' : 'api_key' })));
    const causes = await look(`SELECT DISTINCT c.type FROM journal j LEFT JOIN journal c ON c.id = j.causation_id WHERE j.tenant_id = $1 AND j.type IN ('instance.archived', 'retention.bulk_finished')`, uuidOf(tenant.id));
    expect(causes).toEqual([{ type: 'retention.bulk_confirmed' }]);
  });

  it('schedules each deletion as a person would, decided again at its turn', async () => {
    const request = await ask({ action: 'delete', ids });
    expect(request.wouldRefuse).toEqual({});
    await hold({ scope: 'instance', instanceId: ids[0] });
    await tenant.client.patch(`/v1/instances/${ids[1]}`, { name: 'another name' });
    await confirm(request);
    await carryOut();
    expect(await lifecycles()).toEqual(['active', 'active', 'purge_scheduled']);
    expect((await read(request.id)).reasons).toEqual({ hold: 1, 'instance-changed': 1 });
    const [, , { purgeId }] = (await results(request.id)) as [unknown, unknown, { purgeId: string }];
    expect((await tenant.client.get(`/v1/purges/${purgeId}`)).body).toMatchObject({ intent: 'person', status: 'scheduled', instanceId: ids[2], scheduledBy: { kind: 'api_key' } });
  });

  it('is taken up by anybody where it was left (I12, I18): what is done is not done again', async () => {
    const request = await ask({ action: 'delete', ids });
    await confirm(request);
    const open = { tenantId: tenant.id, id: request.id as BulkRequestId };
    const stored = await world.ground.database.forTenant(tenant.id, (tx) => get(BulkRequestsRepository).find(tx, open.id));
    const [first] = await world.ground.database.forTenant(tenant.id, (tx) => get(BulkMembersRepository).left(tx, open.id, 1));
    await get(BulkTurns).take(open, stored!, first!);
    await get(BulkTurns).take(open, stored!, first!); // as another process, which had read before
    expect(await read(request.id)).toMatchObject({ status: 'running', done: 1 });
    await carryOut();
    expect(await read(request.id)).toMatchObject({ status: 'finished', done: 3, refused: 0 });
    expect(await look(`SELECT 1 FROM purges WHERE tenant_id = $1 AND status <> 'cancelled'`, uuidOf(tenant.id))).toHaveLength(3);
  });

  it('does nothing more once it is stopped, not even what waits for its instance', async () => {
    const request = await ask({ action: 'archive', ids });
    await confirm(request);
    const { turns } = await world.ground.database.forTenant(tenant.id, async (tx) => {
      await lockInstance(tx, ids[0]!);
      const waiting = sweep();
      await untilWaiting();
      expect((await stop(request.id)).body).toMatchObject({ status: 'stopped', done: 0 });
      return { turns: waiting };
    });
    await turns;
    expect(await lifecycles()).toEqual(['active', 'active', 'active']);
    expect((await results(request.id)).map(({ outcome }) => outcome)).toEqual([null, null, null]);
    expect((await stop(request.id)).body).toMatchObject({ status: 'stopped' });
    expectProblem(await confirm(request), 409, 'bulk-request-closed');
  });

  it('confirmed twice is carried out once', async () => {
    const request = await ask({ action: 'archive', ids });
    await confirm(request);
    await carryOut();
    expect((await confirm(request)).body).toMatchObject({ status: 'finished', done: 3 });
    expect(await look(`SELECT 1 FROM journal WHERE tenant_id = $1 AND type = 'retention.bulk_confirmed'`, uuidOf(tenant.id))).toHaveLength(1);
  });

  it.each([
    ['another number', { instances: 2 }, '/instances'],
    ['another token', { token: 'x'.repeat(32) }, '/token'],
  ])('is not confirmed with %s', async (_with, body, pointer) => {
    const refused = await confirm(await ask({ action: 'archive', ids }), body);
    expectProblem(refused, 422, 'invalid-request');
    expect(refused.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('is not confirmed by another key, or after ten minutes', async () => {
    const request = await ask({ action: 'archive', ids });
    expectProblem(await confirm(request, {}, await world.ground.client(tenant.id, 'test')), 422, 'invalid-request');
    await look(`UPDATE bulk_requests SET token_until = now() - interval '1 second' WHERE tenant_id = $1`, uuidOf(tenant.id));
    expectProblem(await confirm(request), 409, 'bulk-request-closed');
  });

  it('names each instance that this key cannot see, whether it is somebody else\'s or nobody\'s (I13)', async () => {
    const other = await world.ground.tenant('Globex');
    const theirs = await world.create(other.client, 'theirs');
    const live = (await (await world.ground.client(tenant.id, 'live')).post<{ id: string }>('/v1/instances', { name: 'live' })).body.id;
    const refused = await tenant.client.post<{ errors: object[] }>('/v1/bulk-requests', { action: 'delete', ids: [ids[0], theirs, live, 'ins_x'] });
    expectProblem(refused, 422, 'invalid-request');
    expect(refused.body.errors).toEqual([1, 2, 3].map((i) => ({ pointer: `/ids/${i}`, detail: 'is not the id of an instance of this key' })));
  });

  it.each<[string, object]>([
    ['neither ids nor a label', {}],
    ['both', { ids: ['ins_x'], selector: 'plan' }],
    ['no id at all', { ids: [] }],
    ['the same id twice', { ids: ['ins_x', 'ins_x'] }],
    ['more than 200', { ids: Array.from({ length: 201 }, (_, n) => `ins_${n}`) }],
    ['a label that nobody has', { selector: 'plan=gold' }],
  ])('is refused with %s', async (_with, body) => {
    expectProblem(await tenant.client.post('/v1/bulk-requests', { action: 'archive', ...body }), 422, 'invalid-request');
  });

  it('is found again, and by nobody of another tenant', async () => {
    const { token: _shownOnce, ...request } = await ask({ action: 'archive', ids });
    expect(await read(request.id)).toEqual({ ...request, done: 0, refused: 0, reasons: {} });
    expect((await tenant.client.get<{ data: BulkRequestDto[] }>('/v1/bulk-requests')).body.data).toEqual([request]);
    const { client } = await world.ground.tenant('Globex');
    for (const path of ['', '/results']) expectProblem(await client.get(`/v1/bulk-requests/${request.id}${path}`), 404, 'bulk-request-not-found');
    for (const act of ['stop', 'confirm']) expectProblem(await client.post(`/v1/bulk-requests/${request.id}/${act}`, act === 'confirm' ? { token: 'x', instances: 3 } : undefined), 404, 'bulk-request-not-found');
  });
});
