import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '#libs/testing';
import { Dice } from '../troubles/dice.js';
import { Fleet } from '../troubles/fleet.js';
import { untilNobodyHasASession, whoComesBack } from '../troubles/session-traces.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const INSTANCES = 20;
const SUSPENSIONS = 5;
/** From a start until an instance is connected everything happens within this time, or a little later. */
const WHILE_CONNECTING_MS = 1_500;
const WATCH_MS = 60_000;

describe(`a tenant that is suspended while its instances connect (TENURE_SEED=${SEED})`, () => {
  const dice = new Dice(SEED);
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start();
    await fleet.pair(INSTANCES);
  }, 180_000);
  afterAll(() => fleet.end());

  const turn = async (to: 'suspend' | 'resume') => {
    const operator = fleet.cluster.operatorOf(fleet.api.process);
    const [tenant] = (await operator.get<{ data: { id: string }[] }>('/v1/tenants')).body.data;
    expect((await operator.post(`/v1/tenants/${tenant!.id}/${to}`)).status).toBeLessThan(300);
  };

  it(`${SUSPENSIONS} times: none has a socket or an owner until it is resumed, and then all are back, with the device they had`, async () => {
    for (let round = 1; round <= SUSPENSIONS; round++) {
      await turn('suspend');
      await untilNobodyHasASession(fleet);
      if (round === SUSPENSIONS) expect(await whoComesBack(fleet, WATCH_MS)).toBeNull();
      await turn('resume');
      await sleep(dice.between(0, WHILE_CONNECTING_MS));
    }
    await until('all to be back', async () => (await fleet.connected()) === INSTANCES && (await fleet.loggedIn()) === INSTANCES);
    const devices = await fleet.superuser.look<{ number: string }>('SELECT number FROM sandbox.devices WHERE device > 0');
    expect(new Set(devices.map(({ number }) => number)).size).toBe(INSTANCES);
    expect(devices).toHaveLength(INSTANCES);
    const closed = await fleet.superuser.look<{ reason: string }>(`SELECT DISTINCT data ->> 'reason' AS reason FROM journal WHERE type = 'connection.closed'`);
    expect(closed).toEqual([{ reason: 'platform_stopped' }]);
  }, 180_000 + WATCH_MS);
});
