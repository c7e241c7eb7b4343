import { type InstanceId, uuidOf } from '#libs/contracts';
import { type ApiClient, expectProblem, type TestTenant } from '#libs/testing';
import { RetentionWorld } from '../../test/retention-world.js';
import { RetentionSweep } from '../retention-sweep.js';
import type { DeletionRequestDto, DeletionRequestPageDto, NewDeletionRequestDto } from './deletion-request.dto.js';

describe('a deletion by a person', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let id: InstanceId;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    id = await world.create(tenant.client, 'shop');
  });

  const look = (sql: string, ...values: unknown[]) => world.ground.superuser.look(sql, ...values);
  const ask = async () => (await tenant.client.post<NewDeletionRequestDto>(`/v1/instances/${id}/deletion-requests`)).body;
  const confirm = ({ id: request, token }: NewDeletionRequestDto, body: object = {}, client: ApiClient = tenant.client) =>
    client.post<DeletionRequestDto>(`/v1/deletion-requests/${request}/confirm`, { token, name: 'shop', ...body });
  const cancel = (request: string) => tenant.client.delete<DeletionRequestDto>(`/v1/deletion-requests/${request}`);
  const lifecycle = async () => (await world.read(tenant.client, id)).lifecycle;
  /** As if it had been confirmed so many days ago. */
  const passDays = async (days: number) => {
    await look(`UPDATE instances SET lifecycle_since = lifecycle_since - $2 * interval '1 day' WHERE id = $1`, uuidOf(id), days);
    await look('UPDATE retention_schedule SET next_due_at = tenure_now() WHERE instance_id = $1', uuidOf(id));
  };

  it('shows what would go, and does nothing until it is confirmed', async () => {
    const request = await ask();
    expect(request).toMatchObject({ status: 'open', instanceId: id, purgeId: null, wouldRemove: { holds: 0, lastActivityAt: null }, token: expect.any(String) });
    expect(await lifecycle()).toBe('active');
    const [row] = await look('SELECT token_hash::text AS hash FROM deletion_requests WHERE tenant_id = $1', uuidOf(tenant.id));
    expect(JSON.stringify(row)).not.toContain(request.token);
  });

  it('once confirmed stops the instance, waits for its grace in any mode, and removes it', async () => {
    await tenant.client.post(`/v1/instances/${id}/start`);
    const answer = await confirm(await ask());
    expect(answer).toMatchObject({ status: 202, body: { status: 'confirmed', purgeId: expect.stringMatching(/^pur_/) } });
    expect(await world.read(tenant.client, id)).toMatchObject({ lifecycle: 'purge_scheduled', desiredState: 'stopped', retention: { nextAction: 'purge' } });
    await passDays(6.9);
    await world.ground.get(RetentionSweep).sweep();
    expect(await lifecycle()).toBe('purge_scheduled');
    await passDays(0.2);
    await world.untilLifecycle(tenant.client, id, 'purged');
    expect((await tenant.client.get(`/v1/purges/${answer.body.purgeId}`)).body).toMatchObject({ intent: 'person', status: 'purged', scheduledBy: { kind: 'api_key' } });
    expectProblem(await cancel(answer.body.id), 409, 'deletion-carried-out');
  });

  it('of an archived instance works the same way', async () => {
    await tenant.client.post(`/v1/instances/${id}/archive`);
    await confirm(await ask());
    await passDays(8);
    await world.untilLifecycle(tenant.client, id, 'purged');
  });

  it('waits seven days where nothing else is said', async () => {
    await confirm(await ask());
    const { retention } = await world.read(tenant.client, id);
    expect(Math.abs(Date.parse(retention.dueAt!) - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);
  });

  it('cannot be started meanwhile, and is taken back at any time before it is over', async () => {
    const request = await ask();
    await confirm(request);
    expectProblem(await tenant.client.post(`/v1/instances/${id}/start`), 409, 'instance-leaving');
    expect((await cancel(request.id)).body).toMatchObject({ status: 'cancelled' });
    expect(await lifecycle()).toBe('active');
    expect((await tenant.client.post(`/v1/instances/${id}/start`)).status).toBe(202);
    expect((await cancel(request.id)).body).toMatchObject({ status: 'cancelled' });
    expectProblem(await confirm(request), 409, 'deletion-request-closed');
  });

  it('confirmed twice is one removal and the same answer', async () => {
    const request = await ask();
    const [first, second] = [await confirm(request), await confirm(request)];
    expect(second.body).toEqual(first.body);
    expect(await look('SELECT 1 FROM purges WHERE instance_id = $1', uuidOf(id))).toHaveLength(1);
  });

  it.each([
    ['another name', { name: 'shop 2' }, '/name'],
    ['another token', { token: 'x'.repeat(32) }, '/token'],
  ])('is not confirmed with %s', async (_with, body, pointer) => {
    const refused = await confirm(await ask(), body);
    expectProblem(refused, 422, 'invalid-request');
    expect(refused.body).toMatchObject({ errors: [{ pointer }] });
    expect(await lifecycle()).toBe('active');
  });

  it('is not confirmed by another key, after a change, or after ten minutes', async () => {
    const request = await ask();
    expectProblem(await confirm(request, {}, await world.ground.client(tenant.id, 'test')), 422, 'invalid-request');
    await tenant.client.patch(`/v1/instances/${id}`, { labels: { a: 'b' } });
    expectProblem(await confirm(request), 409, 'deletion-request-closed');
    const late = await ask();
    await look(`UPDATE deletion_requests SET token_until = now() - interval '1 second' WHERE id = $1`, uuidOf(late.id as never));
    expectProblem(await confirm(late), 409, 'deletion-request-closed');
    expect(await lifecycle()).toBe('active');
  });

  it('is refused for what is protected, and while a hold or a rule that retains stands on it', async () => {
    await tenant.client.patch(`/v1/instances/${id}`, { deletionProtection: true });
    expectProblem(await tenant.client.post(`/v1/instances/${id}/deletion-requests`), 409, 'deletion-protected');
    await tenant.client.patch(`/v1/instances/${id}`, { deletionProtection: false });
    const hold = await tenant.client.post<{ id: string }>('/v1/holds', { scope: 'tenant', reason: 'a dispute' });
    const request = await ask();
    expect(request.wouldRemove.holds).toBe(1);
    const refused = await confirm(request);
    expectProblem(refused, 409, 'deletion-blocked');
    expect(refused.body).toMatchObject({ blockers: [{ code: 'hold', until: 'indefinite' }] });
    await tenant.client.delete(`/v1/holds/${hold.body.id}`);
    expect((await confirm(request)).status).toBe(202);
  });

  it('is held up by a hold that comes during its grace', async () => {
    await confirm(await ask());
    await tenant.client.post('/v1/holds', { scope: 'instance', instanceId: id, reason: 'wait' });
    await passDays(8);
    await world.ground.get(RetentionSweep).sweep();
    expect((await world.explain(tenant.client, id)).decision.blockers.map(({ code }) => code)).toEqual(['hold']);
    expect(await lifecycle()).toBe('purge_scheduled');
  });

  it('takes the place of a removal by rule', async () => {
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
    await world.activate(tenant.client, [{ id: 'gone', kind: 'act', priority: 1, clock: 'latest', match: { environment: ['test'], connection: ['disconnected'] }, purge: { after: 'PT1S', grace: 'PT1H' } }]);
    await world.untilLifecycle(tenant.client, id, 'purge_scheduled');
    await confirm(await ask());
    const purges = (await tenant.client.get<{ data: { intent: string; status: string }[] }>(`/v1/purges?instanceId=${id}`)).body.data;
    expect(purges).toEqual([expect.objectContaining({ intent: 'person', status: 'scheduled' }), expect.objectContaining({ intent: 'rule', status: 'cancelled' })]);
  });

  it('is not confirmed with a logout that is not possible, and without one all the same', async () => {
    const request = await ask();
    expectProblem(await confirm(request, { logout: true }), 409, 'logout-impossible');
    expect(await lifecycle()).toBe('active');
    expectProblem(await confirm(request, { logout: 'yes' }), 422, 'invalid-request');
    const { body } = await confirm(request, { logout: false });
    expect((await tenant.client.get(`/v1/purges/${body.purgeId}`)).body).toMatchObject({ logout: 'not_asked' });
  });

  it('is found again, and by nobody of another tenant', async () => {
    const request = await ask();
    const { token: _shownOnce, ...stored } = request;
    expect((await tenant.client.get(`/v1/deletion-requests/${request.id}`)).body).toEqual(stored);
    expect((await tenant.client.get<DeletionRequestPageDto>(`/v1/deletion-requests?instanceId=${id}`)).body.data).toEqual([stored]);
    const other = await world.ground.tenant('Globex');
    expectProblem(await other.client.get(`/v1/deletion-requests/${request.id}`), 404, 'deletion-request-not-found');
    expectProblem(await confirm(request, {}, other.client), 404, 'deletion-request-not-found');
  });
});
