import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '#libs/testing';
import { Scrape } from '../setup/scrape.js';
import { Dice } from '../troubles/dice.js';
import { Fleet, type FleetInstance } from '../troubles/fleet.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const INSTANCES = 20;
const ROUNDS = 10;
const SUSPENSIONS = 5;
/** From the start of an instance until it is connected everything happens within this time, or a little later. */
const WHILE_CONNECTING_MS = 1_500;
/**
 * Whoever would bring an instance back: the look at what is due (each second), a job (looked for each second), a turn of the pace that was taken
 * before (1.2 s ahead at most). Attempts that wait for longer are rows, and these are gone by then. The long form waits as long as any of its timers.
 */
const WATCH_MS = process.env.TENURE_CAMPAIGN === 'full' ? 60_000 : 5_000;

describe(`instances that are ended while they connect (TENURE_SEED=${SEED})`, () => {
  const dice = new Dice(SEED);
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start();
    await fleet.pair(INSTANCES);
  }, 180_000);
  afterAll(() => fleet.end());

  const post = (instance: FleetInstance, action: string) => fleet.client.post<{ code?: string }>(`/v1/instances/${instance.id}/${action}`);
  const lifecycleOf = async ({ id }: FleetInstance) => (await fleet.client.get<{ lifecycle: string }>(`/v1/instances/${id}`)).body.lifecycle;
  const start = async (instance: FleetInstance) => {
    const action = (await lifecycleOf(instance)) === 'archived' ? 'restore?start=true' : 'start';
    expect((await post(instance, action)).status).toBeLessThan(300);
  };
  const stop = async (instance: FleetInstance) => expect((await post(instance, 'stop')).status).toBe(202);
  /** One that is connected has to be stopped first, and the answer says so. */
  const archive = async (instance: FleetInstance) => {
    const answer = await post(instance, 'archive');
    if (answer.body.code === 'instance-connected') await stop(instance);
    if (answer.status >= 300) expect((await post(instance, 'archive')).status).toBeLessThan(300);
  };
  const ended = async (instance: FleetInstance, how: 'archived' | 'stopped') => {
    await start(instance);
    await sleep(dice.between(0, WHILE_CONNECTING_MS));
    await (how === 'archived' ? archive(instance) : stop(instance));
  };

  const traces = async () => {
    const [row] = await fleet.superuser.look<object>(`SELECT
      (SELECT count(*)::int FROM connections WHERE owner_node IS NOT NULL) AS owned,
      (SELECT count(*)::int FROM connections WHERE state NOT IN ('disconnected', 'never_paired')) AS "atIt",
      (SELECT count(*)::int FROM pgboss.job WHERE state IN ('created', 'retry', 'active')) AS jobs`);
    const scrapes = await Promise.all(fleet.holders.map(({ process }) => Scrape.of(process.url)));
    const sessions = scrapes.reduce((total, scrape) => total + scrape.value('tenure_sessions')!, 0);
    return { ...row, sessions, loggedIn: await fleet.loggedIn() };
  };
  const GONE = { owned: 0, atIt: 0, jobs: 0, sessions: 0, loggedIn: 0 };
  const untilGone = () => until('nobody to have a session', async () => JSON.stringify(await traces()) === JSON.stringify(GONE));
  const staysGone = async () => {
    for (const end = performance.now() + WATCH_MS; performance.now() < end; await sleep(250)) expect(await traces()).toEqual(GONE);
  };

  it(`${(ROUNDS * INSTANCES) / 2} times archived and as often stopped: none of them comes back, has a socket or an owner`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(fleet.instances.map((instance, place) => ended(instance, (place + round) % 2 === 0 ? 'archived' : 'stopped')));
      await untilGone();
    }
    await staysGone();
    const rows = await fleet.superuser.look<{ lifecycle: string; n: number }>('SELECT lifecycle, count(*)::int AS n FROM instances GROUP BY 1 ORDER BY 1');
    expect(rows).toEqual([
      { lifecycle: 'active', n: INSTANCES / 2 },
      { lifecycle: 'archived', n: INSTANCES / 2 },
    ]);
  }, 300_000 + WATCH_MS);

  it(`${SUSPENSIONS} times suspended with their tenant: none has a socket or an owner until it is resumed, and then all are back, with the device they had`, async () => {
    const operator = fleet.cluster.operatorOf(fleet.api.process);
    const [tenant] = (await operator.get<{ data: { id: string }[] }>('/v1/tenants')).body.data;
    const turn = async (to: 'suspend' | 'resume') => expect((await operator.post(`/v1/tenants/${tenant!.id}/${to}`)).status).toBeLessThan(300);
    await Promise.all(fleet.instances.map(start));
    for (let round = 0; round < SUSPENSIONS; round++) {
      await sleep(dice.between(0, WHILE_CONNECTING_MS));
      await turn('suspend');
      await untilGone();
      if (round === SUSPENSIONS - 1) await staysGone();
      await turn('resume');
    }
    await until('all to be back', async () => (await fleet.connected()) === INSTANCES && (await fleet.loggedIn()) === INSTANCES);
    const devices = await fleet.superuser.look<{ number: string }>('SELECT number FROM sandbox.devices WHERE device > 0');
    expect(new Set(devices.map(({ number }) => number)).size).toBe(INSTANCES);
    expect(devices).toHaveLength(INSTANCES);
    const closed = await fleet.superuser.look<{ reason: string }>(`SELECT DISTINCT data ->> 'reason' AS reason FROM journal WHERE type = 'connection.closed' ORDER BY 1`);
    expect(closed.map(({ reason }) => reason)).toEqual(['platform_stopped', 'user_stopped']);
  }, 120_000 + WATCH_MS);
});
