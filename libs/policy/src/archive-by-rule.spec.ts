import { setTimeout as sleep } from 'node:timers/promises';
import { type InstanceId, uuidOf } from '#libs/contracts';
import { PLATFORM_GATE } from '#libs/platform';
import { activateVersion, expectProblem, type TestTenant, until } from '#libs/testing';
import pg from 'pg';
import { disconnectedTestRule, RetentionWorld, TEST_ONLY } from '../test/retention-world.js';
import { Reconciler } from './reconciler.js';

const archiving = (after: string, match: object = TEST_ONLY) => ({ ...disconnectedTestRule, match, archive: { after } });
const DAYS = 86_400;

describe('a rule', () => {
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

  const disconnect = (ago: number, reason = 'logged_out') => world.settle(tenant.id, id, 'disconnected', reason, ago);
  const read = () => world.read(tenant.client, id);
  const explain = (query = '') => world.explain(tenant.client, id, query);
  const agedBy = (days: number) =>
    world.ground.superuser.look(`UPDATE instances SET created_at = created_at - $2 * interval '1 day' WHERE id = $1`, uuidOf(id), days);

  it('that is in force archives what is due already, and says so in the journal', async () => {
    await agedBy(40);
    await disconnect(30 * DAYS);
    const version = await world.activate(tenant.client, [archiving('P1D')]);
    await world.untilLifecycle(tenant.client, id, 'archived');
    const journal = await world.ground.superuser.look(`SELECT actor, data FROM journal WHERE instance_id = $1 AND type = 'instance.archived'`, uuidOf(id));
    expect(journal).toEqual([{ actor: { kind: 'rule', id: `policy/${version}/sandbox` }, data: { ruleId: 'sandbox', policyVersion: version } }]);
    expect((await read()).retention).toEqual({ nextAction: null, dueAt: null, ruleId: null });
  });

  it('archives when its time has come, and not before', async () => {
    await agedBy(1);
    await world.activate(tenant.client, [archiving('PT2S')]);
    await disconnect(0);
    await world.ground.get(Reconciler).reconcile(tenant.id, id);
    const { retention } = await read();
    expect(retention).toMatchObject({ nextAction: 'archive', ruleId: 'sandbox' });
    await world.untilLifecycle(tenant.client, id, 'archived');
    const [{ at }] = (await world.ground.superuser.look(`SELECT lifecycle_since AS at FROM instances WHERE id = $1`, uuidOf(id))) as [{ at: Date }];
    expect(at.getTime()).toBeGreaterThanOrEqual(Date.parse(retention.dueAt!));
  });

  it('of a version that is only simulated archives nothing, and its deadline can be read', async () => {
    await agedBy(40);
    await disconnect(30 * DAYS);
    await world.activate(tenant.client, [archiving('P1D')], { mode: 'simulate' });
    await until('decided', async () => (await read()).retention.nextAction === 'archive');
    await sleep(1_500);
    expect((await read()).lifecycle).toBe('active');
    expect((await explain()).decision).toMatchObject({ action: 'archive', rule: 'sandbox', blockers: [{ code: 'mode-simulate', until: 'indefinite' }] });
  });

  it('leaves alone what carries an exempting label, until the label is gone', async () => {
    await agedBy(40);
    await disconnect(30 * DAYS);
    await tenant.client.patch(`/v1/instances/${id}`, { labels: { vip: 'yes' } });
    await world.activate(tenant.client, [archiving('P1D')], { exempt: { labels: ['vip'] } });
    await until('decided', async () => (await read()).retention.nextAction === 'archive');
    expect((await read()).retention.dueAt).toBeNull();
    await tenant.client.patch(`/v1/instances/${id}`, { labels: { vip: null } });
    await world.untilLifecycle(tenant.client, id, 'archived');
  });

  it('does not touch what connected in the meantime', async () => {
    await world.activate(tenant.client, [archiving('P1D')]);
    await disconnect(0);
    await world.ground.get(Reconciler).reconcile(tenant.id, id);
    await agedBy(40);
    await world.settle(tenant.id, id, 'connected', null, 5 * DAYS);
    await world.ground.superuser.look(`UPDATE retention_schedule SET next_due_at = tenure_now() WHERE instance_id = $1`, uuidOf(id));
    await until('decided again', async () => (await read()).retention.nextAction === null);
    expect((await read()).lifecycle).toBe('active');
  });

  it('no longer acts once the mode is off', async () => {
    await agedBy(40);
    await world.activate(tenant.client, [archiving('P60D')]);
    await disconnect(30 * DAYS);
    await world.ground.get(Reconciler).reconcile(tenant.id, id);
    expect((await read()).retention.nextAction).toBe('archive');
    await world.activate(tenant.client, [archiving('P60D')], { mode: 'off' });
    await until('decided again', async () => (await read()).retention.nextAction === null);
  });

  it('does not undo a restore: its clock starts anew', async () => {
    await agedBy(40);
    await disconnect(30 * DAYS);
    await world.activate(tenant.client, [archiving('P1D')]);
    await world.untilLifecycle(tenant.client, id, 'archived');
    await tenant.client.post(`/v1/instances/${id}/restore`);
    await sleep(1_500);
    const { lifecycle, retention } = await read();
    expect({ lifecycle, next: retention.nextAction }).toEqual({ lifecycle: 'active', next: 'archive' });
    expect(Date.parse(retention.dueAt!)).toBeGreaterThan(Date.now() + 0.9 * DAYS * 1_000);
  });

  it('archives nothing while the operator has stopped everything, and goes on afterwards', async () => {
    const setKillSwitch = (on: boolean) => world.ground.superuser.look(`UPDATE platform_state SET kill_switch = $1`, on);
    await agedBy(40);
    await disconnect(30 * DAYS);
    await setKillSwitch(true);
    await world.activate(tenant.client, [archiving('P1D')]);
    await until('decided', async () => (await read()).retention.nextAction === 'archive');
    await sleep(1_500);
    expect((await read()).lifecycle).toBe('active');
    await setKillSwitch(false);
    await world.untilLifecycle(tenant.client, id, 'archived');
  });

  it('waits while the operator is stopping everything, and then archives nothing', async () => {
    const operator = new pg.Client({ connectionString: world.ground.store.ownerUrl });
    await operator.connect();
    try {
      await agedBy(40);
      await disconnect(30 * DAYS);
      await operator.query('BEGIN');
      await operator.query('SELECT pg_advisory_xact_lock($1)', [PLATFORM_GATE]);
      await world.activate(tenant.client, [archiving('P1D')]);
      const waiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      await until('the archive waits', async () => (await world.ground.superuser.look(waiting)).length > 0);
      await operator.query('UPDATE platform_state SET kill_switch = true');
      await operator.query('COMMIT');
      await until('nobody waits', async () => (await world.ground.superuser.look(waiting)).length === 0);
      await world.ground.get(Reconciler).reconcile(tenant.id, id);
      expect((await read()).lifecycle).toBe('active');
      expect((await explain()).decision.blockers).toMatchObject([{ code: 'kill-switch' }]);
    } finally {
      await operator.query('UPDATE platform_state SET kill_switch = false');
      await operator.end();
    }
    await world.untilLifecycle(tenant.client, id, 'archived');
  });

  it('archives nothing while the clock is behind where it was seen', async () => {
    await agedBy(40);
    await disconnect(30 * DAYS);
    await world.ground.superuser.look(`UPDATE platform_state SET clock_mark = tenure_now() + interval '1 hour'`);
    try {
      await world.activate(tenant.client, [archiving('P1D')]);
      await until('decided', async () => (await read()).retention.nextAction === 'archive');
      await sleep(1_500);
      expect((await read()).lifecycle).toBe('active');
      expect((await explain()).decision.blockers).toMatchObject([{ code: 'clock-quarantine' }]);
    } finally {
      await world.ground.superuser.look(`UPDATE platform_state SET clock_mark = tenure_now()`);
    }
  });

  it('archives once, when many decide at the same moment', async () => {
    await agedBy(40);
    await disconnect(30 * DAYS);
    await world.activate(tenant.client, [archiving('P1D')]);
    const reconciler = world.ground.get(Reconciler);
    await Promise.all(Array.from({ length: 8 }, () => reconciler.reconcile(tenant.id, id)));
    const journal = await world.ground.superuser.look(`SELECT 1 FROM journal WHERE instance_id = $1 AND type = 'instance.archived'`, uuidOf(id));
    expect(journal).toHaveLength(1);
  });

  it('of another tenant does nothing here', async () => {
    await agedBy(40);
    await disconnect(30 * DAYS);
    const other = await world.ground.tenant('other');
    const theirs = await world.create(other.client, 'theirs');
    await world.settle(other.id, theirs, 'disconnected', 'logged_out', 0);
    await world.activate(other.client, [archiving('PT1S')]);
    await world.untilLifecycle(other.client, theirs, 'archived');
    expect(await read()).toMatchObject({ lifecycle: 'active', retention: { nextAction: null } });
  });
});

describe('putting a version in force', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
  });

  it('is refused where it asks for what nothing does yet, with each place named', async () => {
    const rules = [{ ...archiving('PT20S'), purge: { after: 'PT2M', grace: 'PT10S' } }];
    const draft = await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', messages: { keep: 'P90D', media: { keep: 'P30D' } }, rules });
    expect(draft.status).toBe(200);
    const answer = await tenant.client.post<{ errors: { pointer: string }[] }>('/v1/retention-policy/versions/1/activate');
    expectProblem(answer, 422, 'policy-unsupported');
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(['/messages/media']);
    expect((await tenant.client.get('/v1/retention-policy')).body).toMatchObject({ version: null, mode: 'off' });
  });

  it('twice changes nothing the second time; an earlier one comes back as a new version', async () => {
    expect(await world.activate(tenant.client, [archiving('P1D')])).toBe(1);
    expect(await world.activate(tenant.client, [archiving('P2D')])).toBe(2);
    const again = await activateVersion(tenant.client, 2);
    expect(again.body).toMatchObject({ version: 2, active: true });
    const back = await activateVersion(tenant.client, 1);
    expect(back.body).toMatchObject({ version: 3, active: true, document: { rules: [{ archive: { after: 'P1D' } }] } });
    const sql = `SELECT data FROM journal WHERE tenant_id = $1 AND type = 'policy.activated' ORDER BY occurred_at`;
    expect(await world.ground.superuser.look(sql, uuidOf(tenant.id))).toEqual([
      { data: { version: 1, previousVersion: null, mode: 'enforce' } },
      { data: { version: 2, previousVersion: 1, mode: 'enforce' } },
      { data: { version: 3, previousVersion: 2, mode: 'enforce' } },
    ]);
  });

  it('with rules for live instances takes a live key, in both directions', async () => {
    const live = await world.ground.client(tenant.id, 'live');
    const forAll = [archiving('P30D', { connection: ['disconnected'] })];
    const draft = await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules: forAll });
    const activate = (client: typeof live, version: number) => client.post<{ code: string }>(`/v1/retention-policy/versions/${version}/activate`);
    expectProblem(await activate(tenant.client, draft.body.version), 403, 'live-rules-need-live-key');
    expect((await activateVersion(live, draft.body.version)).status).toBe(200);
    const none = await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'off', rules: [] });
    expectProblem(await activate(tenant.client, none.body.version), 403, 'live-rules-need-live-key');
    expect((await tenant.client.get('/v1/retention-policy')).body).toMatchObject({ version: draft.body.version, mode: 'enforce' });
  });

  it('has no version that was never saved', async () => {
    expectProblem(await tenant.client.post('/v1/retention-policy/versions/7/activate'), 404, 'policy-version-not-found');
  });

  it('reaches every instance of the tenant', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => world.create(tenant.client, `shop ${n}`)));
    for (const id of ids) await world.settle(tenant.id, id, 'disconnected', 'logged_out', 0);
    const version = await world.activate(tenant.client, [archiving('P1D')]);
    const sql = `SELECT count(*)::int AS n FROM retention_schedule WHERE tenant_id = $1 AND policy_version = $2`;
    await until('all decided', async () => (await world.ground.superuser.look<{ n: number }>(sql, uuidOf(tenant.id), version))[0]!.n === ids.length);
    await until('finished', async () => (await world.ground.superuser.look(`SELECT 1 FROM retention_rescans`)).length === 0);
  });

  it('that switches everything off ends what the one before does: nothing is archived after its activation', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, (_, n) => world.create(tenant.client, `shop ${n}`)));
    await world.ground.superuser.look(`UPDATE instances SET created_at = created_at - interval '40 days' WHERE tenant_id = $1`, uuidOf(tenant.id));
    await world.activate(tenant.client, [archiving('P1D')]);
    await tenant.client.put('/v1/retention-policy', { schema: 'retention/v1', mode: 'off', rules: [] });
    for (const id of ids) await world.settle(tenant.id, id, 'disconnected', 'logged_out', 30 * DAYS);
    const reconciler = world.ground.get(Reconciler);
    const first = ids.slice(0, 5).map((id) => reconciler.reconcile(tenant.id, id));
    await Promise.all(first);
    const rest = ids.slice(5).map((id) => reconciler.reconcile(tenant.id, id));
    expect(await tenant.client.post('/v1/retention-policy/versions/2/activate')).toMatchObject({ status: 200 });
    await Promise.all(rest);
    const sql = `
      SELECT count(*) FILTER (WHERE j.type = 'instance.archived')::int AS archived,
             count(*) FILTER (WHERE j.type = 'instance.archived' AND j.occurred_at > v.activated_at)::int AS late
      FROM journal j JOIN policy_versions v ON v.tenant_id = j.tenant_id AND v.version = 2 WHERE j.tenant_id = $1`;
    const [{ archived, late }] = (await world.ground.superuser.look(sql, uuidOf(tenant.id))) as [{ archived: number; late: number }];
    expect({ late, some: archived >= first.length }).toEqual({ late: 0, some: true });
  });
});
