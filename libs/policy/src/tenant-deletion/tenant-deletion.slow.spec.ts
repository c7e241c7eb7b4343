import { type InstanceId, uuidOf } from '#libs/contracts';
import { expectProblem, type TestTenant, until } from '#libs/testing';
import { RetentionWorld } from '../../test/retention-world.js';
import type { NewTenantDeletionDto, TenantDeletionDto, TenantDeletionsDto } from './tenant-deletion.dto.js';

interface TenantView {
  name: string | null;
  suspendedAt: string | null;
  leavingSince: string | null;
  deletedAt: string | null;
}

describe('the deletion of a tenant', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let ids: InstanceId[];

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant('Acme');
    ids = [await world.create(tenant.client, 'first'), await world.create(tenant.client, 'second')];
  });

  const look = <T extends object>(sql: string, ...values: unknown[]) => world.ground.superuser.look<T>(sql, ...values);
  const path = () => `/v1/tenants/${tenant.id}`;
  const readTenant = async () => (await world.ground.operator.get<TenantView>(path())).body;
  const ask = async () => (await world.ground.operator.post<NewTenantDeletionDto>(`${path()}/deletion-requests`)).body;
  const confirm = ({ token }: NewTenantDeletionDto, body: object = {}) => world.ground.operator.post<TenantDeletionDto>(`${path()}/deletion-requests/confirm`, { token, name: 'Acme', ...body });
  const cancel = () => world.ground.operator.delete<TenantDeletionDto>(`${path()}/deletion-requests`);
  const newest = async () => (await world.ground.operator.get<TenantDeletionsDto>(`${path()}/deletion-requests`)).body.data[0]!;
  const untilAll = (lifecycle: string) =>
    until(lifecycle, async () => (await look<{ n: number }>('SELECT count(*)::int AS n FROM instances WHERE id = ANY($1) AND lifecycle = $2', ids.map(uuidOf), lifecycle))[0]!.n === ids.length);
  const untilScheduled = (scheduled: number) => until('it was looked at', async () => (await newest()).scheduled === scheduled);
  /** As if it had been confirmed so many days ago. */
  const passDays = async (days: number) => {
    await look(`UPDATE instances SET lifecycle_since = lifecycle_since - $2 * interval '1 day' WHERE tenant_id = $1`, uuidOf(tenant.id), days);
    await look(`UPDATE tenant_deletions SET confirmed_at = confirmed_at - $2 * interval '1 day' WHERE tenant_id = $1`, uuidOf(tenant.id), days);
  };
  /** What the sweep does when the deadline has come; said again, since whoever decides at this moment says otherwise. */
  const sweepNow = () => look(`UPDATE retention_schedule SET next_due_at = tenure_now() WHERE tenant_id = $1 AND next_action = 'purge'`, uuidOf(tenant.id));
  const untilPurged = (purged: InstanceId[]) =>
    until('purged', async () => {
      await sweepNow();
      return (await look(`SELECT 1 FROM instances WHERE id = ANY($1) AND lifecycle = 'purged'`, purged.map(uuidOf))).length === purged.length;
    });
  const untilLookedAt = async () => {
    await lookNow();
    await until('it was looked at', async () => (await look('SELECT 1 FROM tenant_deletions WHERE tenant_id = $1 AND look_at > tenure_now()', uuidOf(tenant.id))).length === 1);
  };
  const lookNow = () => look(`UPDATE tenant_deletions SET look_at = tenure_now() WHERE tenant_id = $1 AND status = 'confirmed'`, uuidOf(tenant.id));
  const events = async () => (await look<{ type: string }>(`SELECT type FROM journal WHERE tenant_id = $1 AND type LIKE 'tenant.%' ORDER BY id`, uuidOf(tenant.id))).map(({ type }) => type);

  it('shows what would go, and does nothing until it is confirmed', async () => {
    await tenant.client.post('/v1/holds', { scope: 'instance', instanceId: ids[0], reason: 'a dispute' });
    expect(await ask()).toMatchObject({ status: 'open', tenantId: tenant.id, wouldRemove: { instances: 2, holds: 1, keys: 1 }, scheduled: 0, confirmedAt: null });
    expect(await readTenant()).toMatchObject({ suspendedAt: null, leavingSince: null });
    expectProblem(await tenant.client.post(`${path()}/deletion-requests`), 403, 'forbidden');
  });

  it('closes it, waits for thirty days, removes each instance, and leaves its id and its dates; of others nothing changes (I4)', async () => {
    const other = await world.ground.tenant('Globex');
    await world.create(other.client, 'theirs');
    await world.activate(tenant.client, [], { mode: 'off' });
    const hold = await tenant.client.post<{ id: string }>('/v1/holds', { scope: 'tenant', reason: 'what Ana said' });
    await tenant.client.delete(`/v1/holds/${hold.body.id}`);
    await look(`UPDATE hold_history SET released_at = released_at - interval '40 days' WHERE tenant_id = $1`, uuidOf(tenant.id)); // else the grace counts from its release (I8)
    await world.ground.rowsAtRest();
    const theirs = await world.ground.superuser.fingerprint(other.id);

    expect(await confirm(await ask())).toMatchObject({ status: 202, body: { status: 'confirmed', confirmedAt: expect.any(String) } });
    expectProblem(await tenant.client.post('/v1/instances', { name: 'one more' }), 403, 'tenant-suspended');
    expectProblem(await world.ground.operator.post(`${path()}/resume`), 409, 'tenant-leaving');
    await untilAll('purge_scheduled');
    const causes = await look(`SELECT DISTINCT c.type, c.actor ->> 'scope' AS scope FROM journal j LEFT JOIN journal c ON c.id = j.causation_id WHERE j.tenant_id = $1 AND j.type = 'retention.purge_scheduled'`, uuidOf(tenant.id));
    expect(causes).toEqual([{ type: 'tenant.deletion_confirmed', scope: 'operator' }]);
    const { dueAt } = (await world.read(tenant.client, ids[0]!)).retention;
    expect(Math.abs(Date.parse(dueAt!) - Date.now() - 30 * 86_400_000)).toBeLessThan(60_000);
    expect((await tenant.client.get(`/v1/purges?instanceId=${ids[0]}`)).body).toMatchObject({ data: [{ intent: 'tenant', status: 'scheduled' }] });

    await passDays(29);
    await sweepNow();
    await untilLookedAt();
    expect((await readTenant()).deletedAt).toBeNull();
    await passDays(2);
    await untilPurged(ids);
    await until('the last of it is gone', async () => {
      await lookNow();
      return (await readTenant()).deletedAt !== null;
    });
    expect(await readTenant()).toMatchObject({ id: tenant.id, name: null, deletedAt: expect.any(String) });
    for (const table of ['api_keys', 'policy_versions', 'tenant_retention', 'hold_history', 'instance_payload', 'retention_previews']) {
      expect([table, await look(`SELECT 1 FROM ${table} WHERE tenant_id = $1`, uuidOf(tenant.id))]).toEqual([table, []]);
    }
    expect(JSON.stringify(await look('SELECT data, actor FROM journal WHERE tenant_id = $1', uuidOf(tenant.id)))).not.toMatch(/Acme|first|Ana/);
    expect(await events()).toEqual(['tenant.created', 'tenant.deletion_requested', 'tenant.deletion_confirmed', 'tenant.suspended', 'tenant.deleted']);
    expect(await look(`SELECT 1 FROM purge_certificates WHERE tenant_id = $1 AND rows_erased_at IS NOT NULL`, uuidOf(tenant.id))).toHaveLength(2); // I3
    expect((await tenant.client.get('/v1/me')).status).toBe(401);
    expectProblem(await world.ground.operator.patch(path(), { name: 'Acme again' }), 409, 'tenant-deleted');
    expectProblem(await world.ground.operator.post('/v1/api-keys', { tenantId: tenant.id, name: 'k', environment: 'test', scopes: ['*'] }), 409, 'tenant-deleted');
    expectProblem(await world.ground.operator.post(`${path()}/deletion-requests`), 409, 'tenant-deleted');
    await world.ground.rowsAtRest();
    expect(await world.ground.superuser.fingerprint(other.id)).toEqual(theirs);
  });

  it('waits for its grace, and for the kill switch, also where there is no instance', async () => {
    tenant = await world.ground.tenant('Acme');
    await confirm(await ask());
    await passDays(29);
    await untilLookedAt();
    await world.ground.operator.put('/v1/platform/kill-switch', { on: true });
    await passDays(2);
    await untilLookedAt();
    expect((await readTenant()).deletedAt).toBeNull();
    await world.ground.operator.put('/v1/platform/kill-switch', { on: false });
    await lookNow();
    await until('it is gone', async () => (await readTenant()).deletedAt !== null);
  });

  it('does not get past a hold: what it covers stays, and so does the tenant', async () => {
    await tenant.client.post('/v1/holds', { scope: 'instance', instanceId: ids[0], reason: 'a dispute' });
    await confirm(await ask());
    await untilScheduled(1);
    await until('it says why', async () => (await newest()).reasons.hold === 1);
    await passDays(31);
    await untilPurged([ids[1]!]);
    await untilLookedAt();
    expect(await world.read(tenant.client, ids[0]!)).toMatchObject({ lifecycle: 'active' });
    expect(await readTenant()).toMatchObject({ name: 'Acme', deletedAt: null });
  });

  it('schedules again what a connection of the last moment has voided', async () => {
    await confirm(await ask());
    await untilAll('purge_scheduled');
    await look('UPDATE instance_heads SET cycle = cycle + 1 WHERE instance_id = $1', uuidOf(ids[0]!));
    await look('UPDATE retention_schedule SET next_due_at = tenure_now() WHERE instance_id = $1', uuidOf(ids[0]!));
    await world.untilLifecycle(tenant.client, ids[0]!, 'active');
    await lookNow();
    await untilAll('purge_scheduled');
  });

  it('is held up by the kill switch even when its time has come', async () => {
    await confirm(await ask());
    await untilAll('purge_scheduled');
    await world.ground.operator.put('/v1/platform/kill-switch', { on: true });
    await passDays(31);
    expect((await world.explain(tenant.client, ids[0]!)).decision).toMatchObject({ action: 'purge', blockers: [{ code: 'kill-switch' }] });
    await world.ground.operator.put('/v1/platform/kill-switch', { on: false });
    await untilPurged(ids);
  });

  it('is taken back at any time: sessions and keys come back, and what is scheduled is void at once', async () => {
    await confirm(await ask());
    await untilAll('purge_scheduled');
    expect((await cancel()).body).toMatchObject({ status: 'cancelled', endedAt: expect.any(String) });
    expect((await world.explain(tenant.client, ids[0]!)).decision.action).toBe('cancel');
    await untilAll('active');
    expect(await readTenant()).toMatchObject({ suspendedAt: null, leavingSince: null });
    await world.create(tenant.client, 'third');
    expect(await events()).toEqual(['tenant.created', 'tenant.deletion_requested', 'tenant.deletion_confirmed', 'tenant.suspended', 'tenant.deletion_cancelled', 'tenant.resumed']);
    expectProblem(await cancel(), 409, 'tenant-not-leaving');
  });

  it('taken back leaves a tenant suspended that was so before', async () => {
    await world.ground.operator.post(`${path()}/suspend`);
    await confirm(await ask());
    await cancel();
    expect(await readTenant()).toMatchObject({ suspendedAt: expect.any(String), leavingSince: null });
    await untilAll('active');
  });

  it.each([
    ['another name', { name: 'Acme Ltd' }, '/name'],
    ['another token', { token: 'x'.repeat(32) }, '/token'],
  ])('is not confirmed with %s', async (_with, body, pointer) => {
    const refused = await confirm(await ask(), body);
    expectProblem(refused, 422, 'invalid-request');
    expect(refused.body).toMatchObject({ errors: [{ pointer }] });
    expect((await readTenant()).leavingSince).toBeNull();
  });

  it('is not confirmed after a change, after ten minutes, or once it was cancelled; confirmed twice it is the same answer', async () => {
    const changed = await ask();
    await world.ground.operator.patch(path(), { quotas: { instances: 7 } });
    expectProblem(await confirm(changed), 409, 'tenant-deletion-closed');
    const late = await ask();
    await look(`UPDATE tenant_deletions SET token_until = now() - interval '1 second' WHERE id = $1`, uuidOf(late.id as never));
    expectProblem(await confirm(late), 409, 'tenant-deletion-closed');
    const cancelled = await ask();
    await cancel();
    expectProblem(await confirm(cancelled), 409, 'tenant-deletion-closed');
    const request = await ask();
    const first = await confirm(request);
    expect((await confirm(request)).body).toMatchObject({ id: first.body.id, status: 'confirmed', confirmedAt: first.body.confirmedAt });
    expectProblem(await world.ground.operator.post(`${path()}/deletion-requests`), 409, 'tenant-deletion-closed');
  });

  it('lets the database refuse to let keys or rules go of a tenant that does not leave, whatever the code does', async () => {
    await world.ground.database.forTenant(tenant.id, async (tx) => {
      expect(await tx.execute`DELETE FROM api_keys WHERE tenant_id = ${uuidOf(tenant.id)}::uuid`).toBe(0);
    });
    expect(await look('SELECT 1 FROM api_keys WHERE tenant_id = $1', uuidOf(tenant.id))).toHaveLength(1);
  });
});
