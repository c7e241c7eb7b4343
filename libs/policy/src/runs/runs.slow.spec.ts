import { type InstanceId, uuidOf } from '#libs/contracts';
import { expectProblem, type TestTenant, until } from '#libs/testing';
import { RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';
import { RetentionSweep } from '../retention-sweep.js';
import type { RunDto, RunPageDto, RunWithTallyDto } from './run.dto.js';

const SOON = { id: 'gone', kind: 'act', priority: 1, clock: 'latest', match: TEST_ONLY, purge: { after: 'PT1S', grace: 'PT2S' } };

describe('runs of removals', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let ids: InstanceId[];

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    ids = [];
    for (const name of ['a', 'b', 'c', 'd']) ids.push(await world.create(tenant.client, name));
    for (const id of ids) await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
  });

  const runs = async () => (await tenant.client.get<RunPageDto>('/v1/retention-runs')).body.data;
  const untilRun = (status: string) => until(`a run is ${status}`, async () => (await runs()).find((run: RunDto) => run.status === status));
  const purged = async () => (await tenant.client.get<{ data: object[] }>('/v1/purges?status=purged')).body.data.length;
  const sweep = () => world.ground.get(RetentionSweep).sweep();

  it('say what was due and what became of it', async () => {
    await world.activate(tenant.client, [SOON]);
    await until('all are gone', async () => (await purged()) === 4);
    // those that became due a moment later are a run of their own
    await until('every run is finished', async () => (await runs()).every(({ status }) => status === 'finished'));
    const all = await runs();
    expect(all.reduce((sum, { due }) => sum + due, 0)).toBe(4);
    expect((await tenant.client.get<RunWithTallyDto>(`/v1/retention-runs/${all[0]!.id}`)).body).toMatchObject({ status: 'finished', refused: 0, reasons: {}, overLimit: null });
  });

  it('over a limit remove nothing, and go in slices once they are released', async () => {
    await world.activate(tenant.client, [{ ...SOON, purge: { after: 'PT1S', grace: 'PT1H' } }], { limits: { maxPerRun: 2 } });
    for (const id of ids) await world.untilLifecycle(tenant.client, id, 'purge_scheduled');
    await world.moveClock(2 * 3_600_000);
    const run = (await untilRun('blocked')) as RunDto;
    expect(run).toMatchObject({ due: 4, overLimit: 'max_per_run', slice: 2 });
    for (let n = 0; n < 3; n++) await sweep();
    expect(await purged()).toBe(0); // I10
    expect((await world.explain(tenant.client, ids[0]!)).decision.blockers.map(({ code }) => code)).toContain('run-over-limit');

    const hold = await tenant.client.post('/v1/holds', { scope: 'instance', instanceId: ids[3], reason: 'not this one' });
    expect(hold.status).toBe(201);
    expect((await tenant.client.post(`/v1/retention-runs/${run.id}/release`)).body).toMatchObject({ status: 'released', decidedBy: { kind: 'api_key' } });
    await until('the first slice is gone', async () => (await purged()) >= 1);
    expect(await purged()).toBeLessThanOrEqual(2);
    await world.ground.superuser.look('UPDATE retention_runs SET slice_at = tenure_now() WHERE tenant_id = $1', uuidOf(tenant.id));
    await until('it is over', async () => {
      await world.ground.superuser.look(`UPDATE retention_runs SET slice_at = tenure_now() WHERE tenant_id = $1 AND status = 'released'`, uuidOf(tenant.id));
      return (await runs())[0]!.status === 'finished';
    });
    expect((await tenant.client.get<RunWithTallyDto>(`/v1/retention-runs/${run.id}`)).body).toMatchObject({ purged: 3, refused: 1, reasons: { hold: 1 } });
    expectProblem(await tenant.client.post(`/v1/retention-runs/${run.id}/release`), 409, 'run-not-blocked');
  });
});
