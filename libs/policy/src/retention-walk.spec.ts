import { uuidOf } from '#libs/contracts';
import type { TestTenant } from '#libs/testing';
import { disconnectedTestRule, RetentionWorld, TEST_ONLY } from '../test/retention-world.js';
import { RetentionRescan } from './retention-rescan.js';
import { RetentionWalk } from './retention-walk.js';

const RULE = { ...disconnectedTestRule, match: TEST_ONLY, archive: { after: 'P1D' } };

describe('without a sweep', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;

  beforeAll(async () => {
    world = await RetentionWorld.start({ api: true, worker: false });
    tenant = await world.ground.tenant();
  }, 30_000);
  afterAll(() => world.close());

  const look = (sql: string, ...values: unknown[]) => world.ground.superuser.look(sql, ...values);
  const schedules = () => look(`SELECT next_action, policy_version FROM retention_schedule`);
  const walkRow = async () => (await look(`SELECT started_at, finished_at FROM retention_walk`))[0] as { started_at: Date | null; finished_at: Date | null };

  it('a new version waits for whoever continues it, chunk by chunk, and a later one starts over', async () => {
    const ids = await Promise.all([1, 2, 3].map((n) => world.create(tenant.client, `shop ${n}`)));
    for (const id of ids) await world.settle(tenant.id, id, 'disconnected', 'logged_out', 0);
    await world.activate(tenant.client, [RULE]);
    const rescan = world.ground.get(RetentionRescan);
    expect(await rescan.step()).toBe(true);
    await world.activate(tenant.client, [{ ...RULE, archive: { after: 'P2D' } }]);
    while (await rescan.step());
    expect(await schedules()).toEqual(ids.map(() => ({ next_action: 'archive', policy_version: 2 })));
    expect(await look(`SELECT 1 FROM retention_rescans`)).toEqual([]);
  });

  it('the walk finds a deadline that was lost, once a day', async () => {
    await look(`DELETE FROM retention_schedule WHERE tenant_id = $1`, uuidOf(tenant.id));
    const walk = world.ground.get(RetentionWalk);
    await walk.step();
    expect(await schedules()).toHaveLength(3);
    await walk.step();
    const { started_at, finished_at } = await walkRow();
    expect(finished_at).not.toBeNull();
    await walk.step();
    expect((await walkRow()).started_at).toEqual(started_at);
    await look(`UPDATE retention_walk SET started_at = started_at - interval '1 day'`);
    await walk.step();
    expect(await walkRow()).toMatchObject({ finished_at: null });
  });
});
