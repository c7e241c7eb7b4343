import { type NodeId, uuidOf } from '#libs/contracts';
import { until } from '#libs/testing';
import { FleetGround } from '../test/fleet-ground.js';
import { NodesRepository } from './nodes.repository.js';
import { OrphanWatch } from './orphan-watch.js';
import type { SessionClaim } from './session-claims.js';

describe('the watch over orphans', () => {
  let fleet: FleetGround;
  beforeAll(async () => (fleet = await FleetGround.start([OrphanWatch])));
  afterAll(() => fleet.close());

  const look = async () => fleet.get(OrphanWatch).look(await fleet.get(NodesRepository).fleet());
  const held = (node: NodeId, many: number): Promise<SessionClaim[]> => Promise.all(Array.from({ length: many }, () => fleet.connected(node)));
  const ownedBy = async (node: NodeId) => (await fleet.look<{ id: string }>('SELECT instance_id AS id FROM connections WHERE owner_node = $1', uuidOf(node))).map(({ id }) => id);
  /** The test's database is younger than a lease only for its first seconds. */
  const untilOld = () =>
    until('the database is older than a lease', async () => (await fleet.look(`SELECT 1 WHERE clock_timestamp() > pg_postmaster_start_time() + interval '8 seconds'`)).length > 0);

  it('frees what a node held whose lease has lapsed, and nothing of one that lives', async () => {
    await untilOld();
    const [gone, alive] = [await fleet.node(), await fleet.node()];
    await Promise.all([held(gone, 5), held(alive, 2)]);
    await fleet.lapse(gone);
    let freed = 0;
    fleet.get(OrphanWatch).onFreed((instances) => (freed += instances));
    await look();
    await fleet.get(OrphanWatch).settled();
    expect([await ownedBy(gone), (await ownedBy(alive)).length, freed]).toEqual([[], 2, 5]);
    const due = await fleet.look(`SELECT 1 FROM session_queue WHERE due_at <= clock_timestamp()`);
    expect(due).toHaveLength(5);
  });

  it('is held up by nobody who has locked one of them: the others are free at once, and that one afterwards', async () => {
    const gone = await fleet.node();
    const [stuck, ...others] = await held(gone, 6);
    await fleet.lapse(gone);
    await fleet.ground.superuser.tentatively(async (inside) => {
      // as a process that was frozen over a stamp holds a row: not the instance's lock
      await inside('SELECT 1 FROM connections WHERE instance_id = $1 FOR UPDATE', uuidOf(stuck!.instanceId));
      const from = performance.now();
      await look();
      await until('the others are free', async () => (await ownedBy(gone)).length === 1);
      expect(performance.now() - from).toBeLessThan(3_000);
      expect(others.map(({ instanceId }) => uuidOf(instanceId))).not.toContain((await ownedBy(gone))[0]);
      // another look does not stand in line behind the first
      await look();
    });
    await until('it is free, too', async () => {
      await look();
      return (await ownedBy(gone)).length === 0;
    });
  });

  it('buries at once who has certainly died on this machine', async () => {
    const dead = await fleet.node();
    const instanceId = (await held(dead, 1))[0]!.instanceId;
    const { thisProcess } = await import('./process-place.js');
    const place = thisProcess();
    if (place === null) return;
    await fleet.look('UPDATE nodes SET place = $2 WHERE id = $1', uuidOf(dead), place);
    await look();
    expect(await ownedBy(dead)).toEqual([uuidOf(instanceId)]);
    // a process id that no system gives
    await fleet.look('UPDATE nodes SET place = $2 WHERE id = $1', uuidOf(dead), place.replace(/\d+$/, '4194305'));
    await look();
    await fleet.get(OrphanWatch).settled();
    expect([await ownedBy(dead), await fleet.look('SELECT 1 FROM nodes WHERE id = $1', uuidOf(dead))]).toEqual([[], []]);
  });
});
