import pg from 'pg';
import { expectProblem, TestGround, withRole } from '#libs/testing';
import { PLATFORM_GATE } from '../instances/platform-gate.js';

describe('the kill switch', () => {
  let ground: TestGround;
  beforeAll(async () => {
    ground = await TestGround.start();
  });
  afterAll(() => ground.close());

  const set = (body: object, client = ground.operator) => client.put<{ on: boolean; since: string; reason: string | null }>('/v1/platform/kill-switch', body);

  it('is off, until an operator sets it and says why; setting it again changes nothing', async () => {
    expect((await ground.operator.get('/v1/platform/kill-switch')).body).toEqual({ on: false, since: null, setBy: null, reason: null });
    const on = await set({ on: true, reason: 'rules look wrong' });
    expect(on).toMatchObject({ status: 200, body: { on: true, reason: 'rules look wrong', since: expect.any(String), setBy: expect.stringMatching(/^key_/) } });
    expect((await set({ on: true, reason: 'another' })).body).toEqual(on.body);
    expect((await ground.operator.get<{ killSwitch: object }>('/v1/platform')).body.killSwitch).toEqual(on.body);
    expect((await set({ on: false })).body).toMatchObject({ on: false, reason: null });
  });

  it('answers once nothing is being removed that has not seen it', async () => {
    const removal = new pg.Client({ connectionString: withRole(ground.store.url, 'tenure_app') });
    await removal.connect();
    await removal.query('BEGIN');
    await removal.query('SELECT pg_advisory_xact_lock_shared($1::bigint)', [PLATFORM_GATE]);
    let answered = false;
    const answer = set({ on: true }).finally(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    await removal.query('COMMIT');
    await removal.end();
    expect((await answer).body.on).toBe(true);
    await set({ on: false });
  });

  it('and the platform are nobody else’s to see or set', async () => {
    const { client } = await ground.tenant();
    expectProblem(await set({ on: true }, client), 403, 'forbidden');
    expectProblem(await client.get('/v1/platform'), 403, 'forbidden');
    for (const body of [{}, { on: 'yes' }, { on: true, reason: '' }, { on: true, reason: 7 }, { on: true, colour: 1 }]) expectProblem(await set(body), 422, 'invalid-request');
    expect((await ground.operator.get('/v1/platform/kill-switch')).body).toMatchObject({ on: false });
  });

  it('is shown beside the clock', async () => {
    const { body } = await ground.operator.get<{ clock: { now: string; offsetMs: number } }>('/v1/platform');
    expect(Math.abs(new Date(body.clock.now).getTime() - Date.now())).toBeLessThan(10_000);
    expect(body.clock).toMatchObject({ offsetMs: 0, quarantinedUntil: null });
  });
});
