import { type InstanceId, uuidOf } from '#libs/contracts';
import { until } from '#libs/testing';
import { FleetGround } from '../test/fleet-ground.js';
import { type DueMember, FleetRepository } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import type { Session } from './session.js';
import type { SessionClaim } from './session-claims.js';
import { SessionOpener } from './session-opener.js';
import { SessionOpenings } from './session-openings.js';
import { SessionRecords } from './session-records.js';

/** Opens no socket; what it is told to hang or refuse it does. */
class FakeOpener {
  readonly environments = ['live', 'test'] as const;
  readonly connectsPerSecond = 100;
  opened: { instanceId: InstanceId; atMs: number }[] = [];
  refuses = new Set<InstanceId>();

  async open(claim: SessionClaim): Promise<Session> {
    if (this.refuses.has(claim.instanceId)) throw new Error('there is no such server');
    this.opened.push({ instanceId: claim.instanceId, atMs: performance.now() });
    return { claim, connected: true, abandon: () => undefined } as unknown as Session;
  }
}

describe('what a worker opens', () => {
  let fleet: FleetGround;
  let opener: FakeOpener;
  const openings = () => fleet.get(SessionOpenings);

  beforeEach(async () => {
    opener = new FakeOpener();
    fleet = await FleetGround.start([SessionOpenings, { provide: SessionOpener, useValue: opener }]);
  });
  afterEach(() => fleet.close());

  const due = () => fleet.get(FleetRepository).due(['live', 'test'], 1_000);
  const open = async (members: DueMember[], isOwner = () => true) => {
    const node = await fleet.node();
    openings().open(members, members.length, node, isOwner);
    return node;
  };
  const ids = (some: { instanceId: InstanceId }[]) => some.map(({ instanceId }) => instanceId).sort();

  it('is claimed in batches and opened one after the other, at its pace', async () => {
    const members = await fleet.started(20);
    const node = await open(await due());
    await until('all are open', async () => fleet.get(LiveSessions).size === 20);
    expect(ids(opener.opened)).toEqual(ids(members));
    const times = opener.opened.map(({ atMs }) => atMs);
    // new credentials: each takes four turns of ten milliseconds, and on a busy machine the first ones may have come late, one after the other
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(150);
    expect(await fleet.look('SELECT 1 FROM connections WHERE owner_node = $1', uuidOf(node))).toHaveLength(20);
  });

  it('is not opened twice, however often it is found before it is claimed', async () => {
    await fleet.started(5);
    const members = await due();
    await open(members);
    await open(members);
    await until('all are open', async () => fleet.get(LiveSessions).size === 5);
    expect(opener.opened).toHaveLength(5);
  });

  it('leaves out whom somebody is changing just now, and waits for nobody', async () => {
    const [stuck, ...others] = await fleet.started(5);
    await fleet.ground.superuser.tentatively(async (inside) => {
      await inside('SELECT 1 FROM instance_heads WHERE instance_id = $1 FOR UPDATE', uuidOf(stuck!.instanceId));
      await open(await due());
      await until('the others are open', async () => fleet.get(LiveSessions).size === 4, 1_500);
    });
    expect(ids(opener.opened)).toEqual(ids(others));
    await open(await due());
    await until('it is, too', async () => fleet.get(LiveSessions).size === 5);
  });

  it('is put off when its credentials cannot be read, and keeps none of the others', async () => {
    const node = await fleet.node();
    const broken = await fleet.connected(node);
    await fleet.get(SessionRecords).stopped(broken, 'platform_stopped');
    await fleet.look(`UPDATE wa_credentials SET ciphertext = 'damaged' WHERE instance_id = $1`, uuidOf(broken.instanceId));
    const others = await fleet.started(3);
    await open(await due());
    await until('the others are open', async () => fleet.get(LiveSessions).size === 3);
    await until('it is put off', async () => (await fleet.row(broken)).retry_at !== null);
    expect(ids(opener.opened)).toEqual(ids(others));
    expect(await fleet.row(broken)).toMatchObject({ owner_node: null, attempts: 1 });
  });

  it('is given back when there is no server to open it at', async () => {
    const [refused, other] = await fleet.started(2);
    opener.refuses.add(refused!.instanceId);
    await open(await due());
    await until('it is given back', async () => (await fleet.row(refused!))?.owner_node === null && (await fleet.row(refused!)).retry_at !== null);
    await until('the other is open', async () => fleet.get(LiveSessions).size === 1);
    expect(ids(opener.opened)).toEqual(ids([other!]));
  });

  it('is left alone when this node is no owner any more by the time its turn comes', async () => {
    const [member] = await fleet.started(1);
    const node = await open(await due(), () => false);
    await until('it was claimed', async () => (await fleet.row(member!))?.owner_node === uuidOf(node));
    await until('nothing is under way', async () => fleet.get(LiveSessions).underWay === 0);
    expect(opener.opened).toEqual([]);
  });

  it('is free for others at once when the process is told to stop before its turn', async () => {
    const members = await fleet.started(20);
    await open(await due());
    await until('it has begun', async () => opener.opened.length > 0);
    await openings().end();
    const opened = opener.opened.length;
    expect(opened).toBeLessThan(20);
    expect(openings().turns).toBe(0);
    const free = await fleet.look<{ id: string }>('SELECT instance_id AS id FROM session_queue WHERE due_at <= clock_timestamp()');
    expect(free).toHaveLength(members.length - opened);
  });
});
