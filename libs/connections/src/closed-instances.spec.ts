import { Database } from '#libs/platform';
import { type NodeId, uuidOf } from '#libs/contracts';
import { FleetGround } from '../test/fleet-ground.js';
import { FleetRepository } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import { NodesRepository } from './nodes.repository.js';
import { NodeShare } from './node-share.js';
import { OrphanWatch } from './orphan-watch.js';
import { StormWatch } from './storm-watch.js';

const CLOSED = 10_000;
const OPEN = 200;
const ROUNDS = 5;

/** What a fleet consists of after some years. */
describe('instances that are closed', () => {
  let fleet: FleetGround;
  let node: NodeId;

  beforeAll(async () => {
    // one connection: the server counts what it read, and tells when it is asked to
    fleet = await FleetGround.start([NodeShare, OrphanWatch, StormWatch], 1);
    node = await fleet.node();
    await add(OPEN, { desired: 'running', state: 'connected', owner: uuidOf(node), halted: null });
  });
  afterAll(() => fleet.close());

  const add = async (many: number, like: { desired: string; state: string; owner: string | null; halted: number | null; lifecycle?: string }) => {
    await fleet.look(
      `WITH made AS (SELECT gen_random_uuid() AS id FROM generate_series(1, $2::int)),
       heads AS (INSERT INTO instance_heads (tenant_id, instance_id, environment) SELECT $1, id, 'test' FROM made),
       connected AS (
         INSERT INTO connections (tenant_id, instance_id, state, since, settled_state, settled_reason, settled_since, owner_node, halted_seq)
         SELECT $1, id, $4, now() - interval '1 day', $4, CASE $4 WHEN 'connected' THEN NULL ELSE 'logged_out' END, now() - interval '1 day', $5::uuid, $6 FROM made)
       INSERT INTO instances (tenant_id, id, environment, name, name_key, desired_state, lifecycle, lifecycle_since, created_at, updated_at)
       SELECT $1, id, 'test', id, id, $3, $7, now(), now(), now() FROM made`,
      ...[uuidOf(fleet.tenant.id), many, like.desired, like.state, like.owner, like.halted, like.lifecycle ?? 'active'],
    );
    await fleet.look('ANALYZE connections, instances, instance_heads, session_queue');
  };
  const rowsRead = async () => {
    await fleet.get(Database).acrossTenants('it tells what it has counted', (tx) => tx.run('SELECT pg_stat_force_next_flush()'));
    await fleet.get(Database).acrossTenants('it tells what it has counted', (tx) => tx.run('SELECT 1'));
    const [row] = await fleet.look<{ n: number }>(
      `SELECT sum(COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0))::int AS n FROM pg_stat_user_tables
       WHERE relname IN ('connections', 'instances', 'instance_heads', 'session_queue', 'wa_credentials')`,
    );
    return row!.n;
  };
  /** All that a worker asks in a round that finds nothing to do. */
  const round = async () => {
    const repository = fleet.get(FleetRepository);
    await fleet.get(NodeShare).look(node);
    await fleet.get(OrphanWatch).look(await fleet.get(NodesRepository).fleet());
    await fleet.get(StormWatch).mark();
    await repository.called(node);
    await repository.owned(node, null, 100);
    await repository.due(['live', 'test'], 25);
    await repository.nextDueInMs(['live', 'test']);
  };
  const readIn = async (rounds: number) => {
    const before = await rowsRead();
    for (let n = 0; n < rounds; n++) await round();
    return (await rowsRead()) - before;
  };

  it('are read by no look of a worker, and leave nothing in its memory', async () => {
    await readIn(1);
    const before = await readIn(ROUNDS);
    await add(CLOSED / 2, { desired: 'running', state: 'disconnected', owner: null, halted: 7 });
    await add(CLOSED / 4, { desired: 'stopped', state: 'disconnected', owner: null, halted: null });
    await add(CLOSED / 4, { desired: 'stopped', state: 'disconnected', owner: null, halted: null, lifecycle: 'archived' });
    await readIn(1);
    const after = await readIn(ROUNDS);
    process.stdout.write(`rows read in ${ROUNDS} rounds: ${before} before, ${after} with ${CLOSED} closed instances\n`);
    expect(before).toBeGreaterThan(0);
    expect(after).toBeLessThanOrEqual(before);
    expect([fleet.get(LiveSessions).held, fleet.get(LiveSessions).leftOver()]).toEqual([{ live: 0, test: 0 }, []]);
  });
});
