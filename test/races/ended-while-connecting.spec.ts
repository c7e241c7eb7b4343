import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '../troubles/dice.js';
import { Fleet, type FleetInstance } from '../troubles/fleet.js';
import { untilNobodyHasASession, whoComesBack } from '../troubles/session-traces.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const INSTANCES = 12;
/** Of each instance. */
const ENDS = 9;
/** From the start of an instance until it is connected everything happens within this time, or a little later. */
const WHILE_CONNECTING_MS = 1_000;
/** As long as the longest timer of whoever would bring an instance back. */
const WATCH_MS = 60_000;

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
  const endWhileItConnects = async (instance: FleetInstance, how: 'archived' | 'stopped') => {
    await start(instance);
    await sleep(dice.between(0, WHILE_CONNECTING_MS));
    await (how === 'archived' ? archive(instance) : stop(instance));
  };

  /** One after the other without a pause, so that each start meets what is left of the end before. */
  const endAgainAndAgain = async (instance: FleetInstance, place: number) => {
    for (let n = 0; n < ENDS; n++) await endWhileItConnects(instance, (place + n) % 2 === 0 ? 'archived' : 'stopped');
  };

  it(`${(ENDS * INSTANCES) / 2} times archived and as often stopped: none of them comes back, has a socket or an owner`, async () => {
    await Promise.all(fleet.instances.map(endAgainAndAgain));
    const endOfWatch = performance.now() + WATCH_MS;
    await untilNobodyHasASession(fleet);
    expect(await whoComesBack(fleet, endOfWatch - performance.now())).toBeNull();
    const rows = await fleet.superuser.look<{ lifecycle: string; n: number }>('SELECT lifecycle, count(*)::int AS n FROM instances GROUP BY 1 ORDER BY 1');
    expect(rows).toEqual([
      { lifecycle: 'active', n: INSTANCES / 2 },
      { lifecycle: 'archived', n: INSTANCES / 2 },
    ]);
  }, 120_000 + WATCH_MS);
});
