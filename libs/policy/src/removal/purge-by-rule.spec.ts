import { randomBytes } from 'node:crypto';
import { type InstanceId, uuidOf } from '#libs/contracts';
import { expectProblem, type TestTenant, until } from '#libs/testing';
import { KeptNotes } from '../../test/kept-notes.js';
import { type InstanceView, RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';
import { RetentionSweep } from '../retention-sweep.js';
import type { PurgeDto, PurgePageDto } from './purge.dto.js';

const PURGING = { id: 'gone', kind: 'act', priority: 1, clock: 'latest', match: TEST_ONLY };
const SOON = { ...PURGING, purge: { after: 'PT1S', grace: 'PT1S' } };
const LATER = { ...PURGING, purge: { after: 'PT1S', grace: 'PT1H' } };

describe('a removal by rule', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let id: InstanceId;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    id = await world.create(tenant.client, 'shop', { plan: 'free' });
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
  });

  const look = <T>(sql: string, ...values: unknown[]) => world.ground.superuser.look<T & object>(sql, ...values);
  const purges = async (query = `?instanceId=${id}`) => (await tenant.client.get<PurgePageDto>(`/v1/purges${query}`)).body.data;
  const untilScheduled = () => world.untilLifecycle(tenant.client, id, 'purge_scheduled');
  const untilPurged = () => world.untilLifecycle(tenant.client, id, 'purged');
  const cancel = async () => tenant.client.post<PurgeDto>(`/v1/purges/${(await purges())[0]!.id}/cancel`);
  const events = async () =>
    (await look<{ type: string }>(`SELECT type FROM journal WHERE instance_id = $1 AND type ~ 'archived|purge|erased' ORDER BY seq`, uuidOf(id))).map(({ type }) => type);

  it('is scheduled, waits for its grace, and leaves a tombstone and a certificate', async () => {
    world.ground.get(KeptNotes).notes.set(id, randomBytes(100));
    await world.activate(tenant.client, [SOON]);
    const purged = (await untilPurged()) as InstanceView & { name: string | null; labels: object };
    expect(purged).toMatchObject({ name: null, labels: {}, desiredState: 'stopped', retention: { nextAction: null, dueAt: null } });
    await until('it is erased', async () => (await events()).includes('instance.erased'));
    expect(await events()).toEqual(['retention.purge_scheduled', 'instance.purged', 'instance.erased']);
    expect(world.ground.get(KeptNotes).notes.has(id)).toBe(false);
    expect(await look('SELECT 1 FROM instance_payload WHERE instance_id = $1', uuidOf(id))).toEqual([]);
    const [certificate] = await look<{ decision: object; grace: number; erased: boolean }>(
      `SELECT c.decision, extract(epoch FROM c.keys_destroyed_at - p.scheduled_at)::float8 AS grace, c.rows_erased_at IS NOT NULL AS erased
       FROM purge_certificates c JOIN purges p ON p.id = c.purge_id WHERE c.instance_id = $1`,
      uuidOf(id),
    );
    expect(certificate).toMatchObject({ decision: { action: 'purge', rule: 'gone', logout: 'not_asked' }, erased: true });
    expect(certificate!.grace).toBeGreaterThanOrEqual(1); // I5
    expect(await purges()).toEqual([expect.objectContaining({ status: 'purged', intent: 'rule', ruleId: 'gone', policyVersion: 1, endedBy: { kind: 'rule', id: 'policy/1/gone' } })]);
  });

  it('frees the name, and what is gone cannot be changed, held, given other times, archived, restored or taken back', async () => {
    await world.activate(tenant.client, [SOON]);
    await untilPurged();
    expectProblem(await tenant.client.patch(`/v1/instances/${id}`, { name: 'x' }), 409, 'instance-purged');
    const late = await tenant.client.post<{ purgeId: string }>('/v1/holds', { scope: 'instance', instanceId: id, reason: 'too late' });
    expectProblem(late, 409, 'hold-too-late');
    const certificate = await tenant.client.get(`/v1/purges/${late.body.purgeId}/certificate`);
    expect(certificate.body).toMatchObject({ id: (late.body as { certificateId?: string }).certificateId, instanceId: id, decision: { action: 'purge', rule: 'gone' } });
    expectProblem(await tenant.client.put(`/v1/instances/${id}/retention/override`, { purgeAfter: 'P9D' }), 409, 'instance-purged');
    expect(await look('SELECT 1 FROM retention_overrides WHERE instance_id = $1', uuidOf(id))).toEqual([]);
    expectProblem(await tenant.client.post(`/v1/instances/${id}/archive`), 409, 'instance-not-active');
    expectProblem(await tenant.client.post(`/v1/instances/${id}/restore`), 409, 'instance-not-archived');
    expectProblem(await cancel(), 409, 'purge-ended');
    expect(await world.create(tenant.client, 'shop')).not.toBe(id);
  });

  it('archives first where the rule says so, and removes what is archived', async () => {
    await world.activate(tenant.client, [{ ...PURGING, archive: { after: 'PT1S' }, purge: { after: 'PT2S', grace: 'PT1S' } }]);
    await untilPurged();
    expect((await events()).slice(0, 3)).toEqual(['instance.archived', 'retention.purge_scheduled', 'instance.purged']);
  });

  it('is rescued by a connection before its time, and begins anew', async () => {
    await world.activate(tenant.client, [LATER]);
    await untilScheduled();
    await world.settle(tenant.id, id, 'connected', null, 0);
    await look('UPDATE instance_heads SET cycle = cycle + 1 WHERE instance_id = $1', uuidOf(id));
    await look('UPDATE retention_schedule SET next_due_at = tenure_now() WHERE instance_id = $1', uuidOf(id)); // what the event of the connection would bring about
    await world.untilLifecycle(tenant.client, id, 'active');
    expect(await events()).toEqual(['retention.purge_scheduled', 'retention.purge_cancelled']);
    expect(await purges()).toEqual([expect.objectContaining({ status: 'cancelled' })]);
  });

  it('is taken back by a person, and not scheduled again before its clock has run anew', async () => {
    await look(`UPDATE instances SET created_at = created_at - interval '1 hour' WHERE id = $1`, uuidOf(id));
    await world.activate(tenant.client, [{ ...PURGING, purge: { after: 'PT30S', grace: 'PT1H' } }]);
    await untilScheduled();
    expect((await cancel()).body).toMatchObject({ status: 'cancelled', endedBy: { kind: 'api_key' } });
    const { decision } = await world.explain(tenant.client, id);
    expect(decision).toMatchObject({ action: 'schedule_purge', rule: 'gone' });
    expect(Date.parse(decision.dueAt!)).toBeGreaterThan(Date.now() + 20_000);
    await world.ground.get(RetentionSweep).sweep();
    expect(await world.read(tenant.client, id)).toMatchObject({ lifecycle: 'active' });
  });

  it('has no certificate before it is carried out', async () => {
    await world.activate(tenant.client, [LATER]);
    await untilScheduled();
    const { body } = await tenant.client.get<{ data: { id: string }[] }>(`/v1/purges?instanceId=${id}`);
    expectProblem(await tenant.client.get(`/v1/purges/${body.data[0]!.id}/certificate`), 409, 'purge-not-carried-out');
    expectProblem(await tenant.client.get('/v1/purges/pur_01h455vb4pex5vsknk084sn02q/certificate'), 404, 'purge-not-found');
  });

  it('is taken back when a new version does not ask for it', async () => {
    await world.activate(tenant.client, [LATER]);
    await untilScheduled();
    await world.activate(tenant.client, []);
    await world.untilLifecycle(tenant.client, id, 'active');
  });

  it.each([
    ['a hold', () => tenant.client.post('/v1/holds', { scope: 'selector', selector: 'plan', reason: 'wait' })],
    ['deletion protection', () => tenant.client.patch(`/v1/instances/${id}`, { deletionProtection: true })],
    ['rules that are off', () => world.activate(tenant.client, [LATER], { mode: 'off' })],
  ])('does not happen under %s, although its time has come', async (_under, guard) => {
    await world.activate(tenant.client, [LATER]);
    await untilScheduled();
    await guard();
    await look(`UPDATE instances SET lifecycle_since = lifecycle_since - interval '2 hours' WHERE id = $1`, uuidOf(id));
    await look(`UPDATE tenant_retention SET activated_at = activated_at - interval '2 hours' WHERE tenant_id = $1`, uuidOf(tenant.id));
    await look('UPDATE retention_schedule SET next_due_at = tenure_now() WHERE instance_id = $1', uuidOf(id));
    await world.ground.get(RetentionSweep).sweep();
    expect(await world.read(tenant.client, id)).toMatchObject({ lifecycle: 'purge_scheduled' });
  });

  it('waits for its whole grace again after the release of a hold, and after labels were changed under one', async () => {
    await world.activate(tenant.client, [LATER]);
    await untilScheduled();
    const hold = await tenant.client.post<{ id: string }>('/v1/holds', { scope: 'selector', selector: 'plan', reason: 'wait' });
    await look(`UPDATE instances SET lifecycle_since = lifecycle_since - interval '3 days' WHERE id = $1`, uuidOf(id));
    const due = async () => Date.parse((await world.explain(tenant.client, id)).decision.dueAt!);
    await tenant.client.patch(`/v1/instances/${id}`, { labels: { plan: null } });
    const relabelled = await due();
    expect(relabelled).toBeGreaterThan(Date.now() + 3_500_000); // I8
    await tenant.client.delete(`/v1/holds/${hold.body.id}`);
    expect(await due()).toBeGreaterThanOrEqual(relabelled);
  });

  it('stops at the limit of a day', async () => {
    const ids = [id, await world.create(tenant.client, 'second'), await world.create(tenant.client, 'third')];
    for (const one of ids) await world.settle(tenant.id, one, 'disconnected', 'logged_out', 60);
    await world.activate(tenant.client, [SOON], { limits: { maxPer24h: 2 } });
    await until('two are gone', async () => (await purges('?status=purged')).length === 2);
    const [left] = await purges('?status=scheduled');
    await until('the third is blocked', async () => (await world.explain(tenant.client, left!.instanceId)).decision.blockers.some(({ code }) => code === 'limit-per-24h'));
    for (let n = 0; n < 3; n++) await world.ground.get(RetentionSweep).sweep();
    expect(await purges('?status=purged')).toHaveLength(2); // I10
  });

  it('cannot be carried out by the database while a hold stands on the instance, whatever the code does', async () => {
    await tenant.client.post('/v1/holds', { scope: 'instance', instanceId: id, reason: 'backstop' });
    await expect(look('DELETE FROM instance_payload WHERE instance_id = $1', uuidOf(id))).rejects.toThrow('active_holds');
  });

  it('changes nothing of anybody else', async () => {
    const others = [await world.create(tenant.client, 'second'), await world.create(tenant.client, 'third')];
    for (const one of others) await world.settle(tenant.id, one, 'disconnected', 'banned', 60);
    const rows = () => look('SELECT * FROM instances i JOIN connections c ON c.instance_id = i.id JOIN instance_payload p ON p.instance_id = i.id WHERE i.id = ANY($1) ORDER BY i.id', others.map(uuidOf));
    const before = await rows();
    await world.activate(tenant.client, [{ ...SOON, match: { ...TEST_ONLY, reason: ['logged_out'] } }]);
    await untilPurged();
    expect(await rows()).toEqual(before); // I4
  });
});
