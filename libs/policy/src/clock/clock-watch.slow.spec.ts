import { type InstanceId, uuidOf } from '#libs/contracts';
import { Database } from '#libs/platform';
import { expectProblem, type TestTenant, until } from '#libs/testing';
import { disconnectedTestRule, RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';
import { ClockMarkRepository } from './clock-mark.repository.js';
import { ClockWatch } from './clock-watch.js';
import type { ClockSample } from './judge-clock.js';

const HOUR = 3_600_000;
const ARCHIVING = { ...disconnectedTestRule, match: TEST_ONLY, archive: { after: 'PT1S' } };

/** A database whose clock can be set. */
class SettableClock extends ClockMarkRepository {
  set = 0;
  override async look(): Promise<ClockSample> {
    const sample = await super.look();
    return { ...sample, real: sample.real + this.set };
  }
}

interface PlatformClock {
  quarantinedUntil: string | null;
  quarantineReason: string | null;
  awaits: string[];
  acknowledgedBy: string | null;
}

describe('the clock of the database', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let id: InstanceId;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    await acknowledge();
    tenant = await world.ground.tenant();
    id = await world.create(tenant.client, 'shop');
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
  });

  const look = (sql: string, ...values: unknown[]) => world.ground.superuser.look(sql, ...values);
  const acknowledge = () => world.ground.operator.post<PlatformClock>('/v1/platform/clock/acknowledgement');
  const clock = async () => (await world.ground.operator.get<{ clock: PlatformClock }>('/v1/platform')).body.clock;
  const blockers = async () => (await world.explain(tenant.client, id)).decision.blockers;
  const sweeps = () => look(`UPDATE retention_schedule SET next_due_at = tenure_now() - interval '1 second' WHERE instance_id = $1`, uuidOf(id));
  const unwatch = async () => {
    await look(`UPDATE platform_state SET clock_mark = tenure_now() - interval '11 minutes'`);
    await until('that is seen', async () => (await clock()).quarantinedUntil !== null);
  };
  const hasPassed = () => look(`UPDATE platform_state SET clock_quarantined_until = tenure_now()`);

  it('that jumps stops every removal for a day, and says until when', async () => {
    const marks = new SettableClock(world.ground.get(Database));
    const watch = new ClockWatch(marks);
    await watch.beat();
    await watch.beat();
    expect(await clock()).toMatchObject({ quarantinedUntil: null, awaits: [] });
    marks.set = 3 * HOUR;
    await watch.beat();
    expect(await clock()).toMatchObject({ quarantineReason: expect.stringMatching(/jumped by 1\d{4} s/) });
    await world.activate(tenant.client, [ARCHIVING]);
    await sweeps();
    const [blocker] = await blockers();
    expect(blocker).toMatchObject({ code: 'clock-quarantine' });
    expect(Math.abs(Date.parse(blocker!.until) - Date.now() - 24 * HOUR)).toBeLessThan(60_000);
    expect(await world.read(tenant.client, id)).toMatchObject({ lifecycle: 'active' });
  });

  it('is acknowledged by the operator, and then what is due is done', async () => {
    const marks = new SettableClock(world.ground.get(Database));
    const watch = new ClockWatch(marks);
    await watch.beat();
    marks.set = -3 * HOUR;
    await watch.beat();
    await world.activate(tenant.client, [ARCHIVING]);
    await until('it is decided', async () => (await world.read(tenant.client, id)).retention.nextAction === 'archive');
    const answer = await acknowledge();
    expect(answer).toMatchObject({ status: 200, body: { quarantinedUntil: null, quarantineReason: null, acknowledgedBy: expect.stringMatching(/^key_/) } });
    await world.untilLifecycle(tenant.client, id, 'archived');
    const { now: _now, mark: _mark, ...again } = (await acknowledge()).body as PlatformClock & { now: string; mark: string };
    const { now: _then, mark: _before, ...first } = answer.body as PlatformClock & { now: string; mark: string };
    expect(again).toEqual(first);
    expectProblem(await tenant.client.post('/v1/platform/clock/acknowledgement'), 403, 'forbidden');
  });

  it('that went back is right as well, once the operator says so', async () => {
    await look(`UPDATE platform_state SET clock_mark = tenure_now() + interval '1 year'`);
    await world.activate(tenant.client, [ARCHIVING]);
    await until('it is held up', async () => (await blockers()).some(({ code }) => code === 'clock-quarantine'));
    await acknowledge();
    await world.untilLifecycle(tenant.client, id, 'archived');
  });

  it('that nobody watched for ten minutes waits for an hour, and for everybody who should run', async () => {
    await tenant.client.post(`/v1/instances/${await world.create(tenant.client, 'runs')}/start`);
    await unwatch();
    await world.activate(tenant.client, [ARCHIVING]);
    expect((await clock()).awaits).toEqual(['test']); // of the live ones none should run
    await hasPassed();
    await sweeps();
    expect(await blockers()).toMatchObject([{ code: 'clock-quarantine', until: 'indefinite' }]);
    expect(await world.read(tenant.client, id)).toMatchObject({ lifecycle: 'active' });
    await look(
      `INSERT INTO connections (tenant_id, instance_id, state, since, settled_state, settled_since, retry_at)
       SELECT tenant_id, instance_id, 'never_paired', now(), 'never_paired', now(), now() + interval '1 minute' FROM session_queue WHERE tenant_id = $1`,
      uuidOf(tenant.id),
    );
    await world.untilLifecycle(tenant.client, id, 'archived');
  });

  it('that nobody watched waits for the hour even where nobody should run', async () => {
    await unwatch();
    expect(Math.abs(Date.parse((await clock()).quarantinedUntil!) - Date.now() - HOUR)).toBeLessThan(60_000);
    await until('nobody is waited for', async () => (await clock()).awaits.length === 0);
    await world.activate(tenant.client, [ARCHIVING]);
    await sweeps();
    expect(await blockers()).toMatchObject([{ code: 'clock-quarantine', until: expect.stringMatching(/Z$/) }]);
    await hasPassed();
    await world.untilLifecycle(tenant.client, id, 'archived');
  });

  it('makes nothing due by an instant that cannot be yet, before its jump is seen', async () => {
    const watch = world.ground.get(ClockWatch);
    await watch.beat();
    expect(await watch.trusts(new Date())).toBe(true);
    expect(await watch.trusts(new Date(Date.now() + HOUR))).toBe(false);
  });

  it('is moved for a test with its heartbeat, which is no jump, and by nobody who runs the product', async () => {
    await expect(world.ground.database.acrossTenants('must not', (tx) => tx.run('SELECT tenure_move_clock(1)'))).rejects.toThrow('permission denied');
    await world.activate(tenant.client, [{ ...ARCHIVING, archive: { after: 'P20D' } }]);
    await look('SELECT tenure_move_clock($1)', 21 * 24 * HOUR);
    await world.untilLifecycle(tenant.client, id, 'archived');
    await look('SELECT tenure_move_clock(0)');
    expect(await clock()).toMatchObject({ quarantinedUntil: null, awaits: [] });
  });
});
