import { type InstanceId, uuidOf } from '#libs/contracts';
import type { TestTenant } from '#libs/testing';
import { RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';
import { Reconciler } from '../reconciler.js';
import { RetentionBacklogRepository } from './retention-backlog.repository.js';

const RULES = [{ id: 'away', kind: 'act', priority: 1, clock: 'latest', match: TEST_ONLY, archive: { after: 'PT1S' } }];

/** Nobody sweeps here, so that what is due stays so. */
describe('what retention has to do', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let ids: InstanceId[];

  beforeAll(async () => {
    world = await RetentionWorld.start({ api: true, worker: false });
    tenant = await world.ground.tenant();
    ids = [];
    for (const name of ['vip', 'b', 'c']) ids.push(await world.create(tenant.client, name, { [name]: '' }));
    for (const id of ids) await world.settle(tenant.id, id, 'disconnected', 'logged_out', 3_600);
    await world.activate(tenant.client, RULES, { exempt: { labels: ['vip'] } });
    await world.ground.superuser.look(`UPDATE instances SET created_at = created_at - interval '1 hour' WHERE tenant_id = $1`, uuidOf(tenant.id));
    // a new version has looked at them and left them for the sweep
    await world.ground.superuser.look(
      `INSERT INTO retention_schedule (tenant_id, instance_id, next_action, next_due_at, rule_id, policy_version, cycle, blocked_by, decided_at)
       SELECT $1, id, 'archive', CASE name WHEN 'vip' THEN NULL ELSE tenure_now() - interval '20 minutes' END, 'away', 1, 0, CASE name WHEN 'vip' THEN 'exempt-label' END, tenure_now()
       FROM instances WHERE tenant_id = $1 ON CONFLICT DO NOTHING`,
      uuidOf(tenant.id),
    );
  });
  afterAll(() => world.close());

  const read = () => world.ground.get(RetentionBacklogRepository).read();

  it('is counted by step, with how long the first has waited, and what is in the way of the others', async () => {
    expect(await read()).toMatchObject({ due: { archive: 2 }, blocked: { 'exempt-label': 1 }, blockedRuns: 0 });
    expect((await read()).lagSeconds).toBeGreaterThanOrEqual(1_200);
  });

  it('is nothing while the rules or the operator keep it back', async () => {
    await world.ground.superuser.look('UPDATE platform_state SET kill_switch = true');
    expect(await read()).toMatchObject({ due: {}, lagSeconds: 0 });
    await world.ground.superuser.look('UPDATE platform_state SET kill_switch = false');
  });

  it('says by what, once it is decided, and goes when it is done', async () => {
    for (const id of ids) await world.ground.get(Reconciler).reconcile(tenant.id, id);
    expect(await read()).toEqual({ due: {}, lagSeconds: 0, blocked: { 'exempt-label': 1 }, blockedRuns: 0 });
  });
});
