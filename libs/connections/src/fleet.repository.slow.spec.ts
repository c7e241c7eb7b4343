import { type InstanceId, newId, type NodeId, uuidOf } from '#libs/contracts';
import { TestGround, type TestTenant } from '#libs/testing';
import { FleetGround } from '../test/fleet-ground.js';
import { type FleetMember, FleetRepository } from './fleet.repository.js';
import { SessionClaims } from './session-claims.js';
import { SessionRecords } from './session-records.js';

const HOUR = 3_600;
/** Null: it was never started. `retry`: in seconds from now. */
type Connection = { owned: boolean; halted: boolean; retry: number | null } | null;
const CONNECTIONS: Connection[] = [
  null,
  { owned: false, halted: false, retry: null },
  { owned: false, halted: false, retry: -HOUR },
  { owned: false, halted: false, retry: HOUR },
  { owned: false, halted: true, retry: null },
  { owned: true, halted: false, retry: null },
];
const STATES = ['running', 'stopped'].flatMap((desired) =>
  ['active', 'archived', 'purge_scheduled'].flatMap((lifecycle) => CONNECTIONS.map((connection) => ({ desired, lifecycle, connection }))),
);

describe('what nobody owns and should run', () => {
  let ground: TestGround;
  let tenant: TestTenant;
  let ids: InstanceId[];
  const node = uuidOf(newId('nod'));

  beforeAll(async () => {
    ground = await TestGround.start({ providers: [FleetRepository], worker: false });
    tenant = await ground.tenant();
    const made = await Promise.all(STATES.map((_, n) => tenant.client.post<{ id: InstanceId }>('/v1/instances', { name: `number ${n}` })));
    ids = made.map(({ body }) => body.id);
  });
  afterAll(() => ground.close());

  /** Puts each instance into the state that is `shift` places after its own. */
  const enter = async (shift: number) => {
    const rows = JSON.stringify(
      ids.map((id, n) => {
        const { desired, lifecycle, connection } = STATES[(n + shift) % STATES.length]!;
        return { id: uuidOf(id), desired, lifecycle, started: connection !== null, ...connection };
      }),
    );
    const records = 'jsonb_to_recordset($1::jsonb) AS s (id uuid, desired text, lifecycle text, started boolean, owned boolean, halted boolean, retry double precision)';
    await ground.superuser.look(
      `UPDATE instances i SET desired_state = s.desired, lifecycle = s.lifecycle, lifecycle_from = CASE s.lifecycle WHEN 'purge_scheduled' THEN 'active' END,
         purge_intent = CASE s.lifecycle WHEN 'purge_scheduled' THEN 'rule' END, purge_cycle = CASE s.lifecycle WHEN 'purge_scheduled' THEN 0 END
       FROM ${records} WHERE i.id = s.id`,
      rows,
    );
    await ground.superuser.look(`DELETE FROM connections c USING ${records} WHERE c.instance_id = s.id AND NOT s.started`, rows);
    await ground.superuser.look(
      `INSERT INTO connections (tenant_id, instance_id, state, since, settled_state, settled_since, owner_node, halted_seq, retry_at)
       SELECT $2, s.id, 'disconnected', now(), 'disconnected', now(), CASE WHEN s.owned THEN $3::uuid END, CASE WHEN s.halted THEN 1 END, now() + s.retry * interval '1 second'
       FROM ${records} WHERE s.started
       ON CONFLICT (tenant_id, instance_id) DO UPDATE SET owner_node = excluded.owner_node, halted_seq = excluded.halted_seq, retry_at = excluded.retry_at`,
      rows,
      uuidOf(tenant.id),
      node,
    );
  };

  const found = async (environments: ('live' | 'test')[] = ['live', 'test']) =>
    (await ground.get(FleetRepository).due(environments, 1_000)).map(({ instanceId }) => instanceId).sort();
  const expected = (shift: number) =>
    ids.filter((_, n) => {
      const { desired, lifecycle, connection } = STATES[(n + shift) % STATES.length]!;
      const free = connection === null || (!connection.owned && !connection.halted && (connection.retry ?? -1) < 0);
      return desired === 'running' && lifecycle !== 'archived' && free;
    });

  it('is found whatever state it comes from, and nothing else is', async () => {
    for (let shift = 0; shift < STATES.length; shift++) {
      await enter(shift);
      expect({ shift, found: await found() }).toEqual({ shift, found: expected(shift).sort() });
    }
  });

  it('waits in the queue for its time, and nothing that is owned, halted or stopped does', async () => {
    await enter(0);
    const waiting = await ground.superuser.look<{ rows: number }>(`
      SELECT count(*)::int AS rows FROM session_queue q FULL JOIN (
        SELECT i.tenant_id, i.id AS instance_id, i.environment, c.retry_at
        FROM instances i LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
        WHERE i.desired_state = 'running' AND i.lifecycle IN ('active', 'purge_scheduled') AND c.owner_node IS NULL AND c.halted_seq IS NULL) AS wanted
      USING (tenant_id, instance_id, environment) WHERE q.tenant_id IS NULL OR wanted.tenant_id IS NULL OR q.due_at <> COALESCE(wanted.retry_at, q.due_at)
        OR q.due_at > now() AND wanted.retry_at IS NULL`);
    expect(waiting).toEqual([{ rows: 0 }]);
    expect(await ground.superuser.look('SELECT 1 FROM session_queue')).toHaveLength(8);
  });

  it('comes in the order in which it is due: what has waited longest first', async () => {
    await enter(0);
    const late = expected(0).filter((id) => STATES[ids.indexOf(id)]!.connection?.retry === -HOUR);
    await ground.superuser.look(`UPDATE connections SET retry_at = now() - interval '2 hours' WHERE instance_id = $1`, uuidOf(late[1]!));
    const order = (await ground.get(FleetRepository).due(['test'], 1_000)).map(({ instanceId }) => instanceId);
    expect([order[0], order.slice(1, late.length).sort()]).toEqual([late[1], late.filter((id) => id !== late[1]).sort()]);
    expect(await ground.get(FleetRepository).due(['test'], 2)).toEqual([{ tenantId: tenant.id, instanceId: late[1], environment: 'test' }, expect.anything()]);
  });

  it('keeps its place while it waits, and takes a new one when it is put off', async () => {
    const { body } = await tenant.client.post<{ id: InstanceId }>('/v1/instances', { name: 'waits' });
    const dueAt = async () => (await ground.superuser.look<{ due_at: Date }>('SELECT due_at FROM session_queue WHERE instance_id = $1', uuidOf(body.id)))[0]!.due_at;
    await tenant.client.post(`/v1/instances/${body.id}/start`);
    const since = await dueAt();
    await ground.superuser.look(`UPDATE instances SET lifecycle = 'purge_scheduled', lifecycle_from = 'active', purge_intent = 'rule', purge_cycle = 0 WHERE id = $1`, uuidOf(body.id));
    expect(await dueAt()).toEqual(since);
    await ground.superuser.look(
      `INSERT INTO connections (tenant_id, instance_id, state, since, settled_state, settled_since, retry_at) VALUES ($1, $2, 'disconnected', now(), 'disconnected', now(), now() + interval '1 hour')`,
      uuidOf(tenant.id),
      uuidOf(body.id),
    );
    expect((await dueAt()).getTime()).toBeGreaterThan(since.getTime() + 3_500_000);
    // asked for again: it does not wait for its turn of before
    await ground.superuser.look('UPDATE connections SET retry_at = NULL WHERE instance_id = $1', uuidOf(body.id));
    expect((await dueAt()).getTime()).toBeLessThan(since.getTime() + 60_000);
    await tenant.client.post(`/v1/instances/${body.id}/stop`);
  });

  it('is of the environments that the worker serves', async () => {
    await enter(0);
    expect(await found(['live'])).toEqual([]);
    expect(await found(['test'])).toEqual(expected(0).sort());
  });

  it('is nobody of a tenant that is suspended', async () => {
    await enter(0);
    await ground.superuser.look(`UPDATE tenants SET suspended_at = now() WHERE id = $1`, uuidOf(tenant.id));
    expect(await found()).toEqual([]);
    await ground.superuser.look(`UPDATE tenants SET suspended_at = NULL WHERE id = $1`, uuidOf(tenant.id));
    expect(await found()).toEqual(expected(0).sort());
  });

  it('is in the queue as soon as it is started, and no longer when it is stopped', async () => {
    const { body } = await tenant.client.post<{ id: InstanceId }>('/v1/instances', { name: 'a new one' });
    expect(await found()).not.toContain(body.id);
    await tenant.client.post(`/v1/instances/${body.id}/start`);
    expect(await found()).toContain(body.id);
    await tenant.client.post(`/v1/instances/${body.id}/stop`);
    expect(await found()).not.toContain(body.id);
  });
});

describe('what a node looks at of what it owns', () => {
  let fleet: FleetGround;
  let repository: FleetRepository;
  let node: NodeId;
  let other: NodeId;

  beforeAll(async () => {
    fleet = await FleetGround.start();
    repository = fleet.get(FleetRepository);
    [node, other] = [await fleet.node(), await fleet.node()];
  });
  afterAll(() => fleet.close());

  const called = async (of = node) => (await repository.called(of)).map(({ instanceId }) => instanceId);
  const asked = (action: string, { instanceId }: FleetMember) => fleet.tenant.client.post(`/v1/instances/${instanceId}/${action}`);

  it('is nothing while nobody asks for anything, and then exactly those', async () => {
    const [stopped, restarted, , elsewhere] = [await fleet.connected(node), await fleet.connected(node), await fleet.connected(node), await fleet.connected(other)];
    expect(await called()).toEqual([]);
    await asked('stop', stopped);
    await fleet.look('UPDATE connections SET restart_requested = true WHERE instance_id = $1', uuidOf(restarted.instanceId));
    await asked('stop', elsewhere);
    expect((await called()).sort()).toEqual([stopped.instanceId, restarted.instanceId].sort());
    expect(await called(other)).toEqual([elsewhere.instanceId]);
    for (const one of [stopped, restarted]) await fleet.get(SessionRecords).stopped(one, 'user_stopped');
    expect(await called()).toEqual([]);
    await fleet.get(SessionRecords).stopped(elsewhere, 'user_stopped');
  });

  it('takes back what was taken back: stopped and started again is not to be ended', async () => {
    const session = await fleet.connected(node);
    await asked('stop', session);
    await asked('start', session);
    expect(await called()).toEqual([]);
  });

  it('begins anew with each owner', async () => {
    const session = await fleet.connected(node);
    await asked('stop', session);
    await fleet.get(SessionRecords).stopped(session, 'user_stopped');
    await asked('start', session);
    await fleet.get(SessionClaims).claim(session, other);
    expect(await called(other)).toEqual([]);
    await fleet.get(SessionRecords).stopped({ ...session, node: other }, 'platform_stopped');
  });

  it('is all of a tenant that is suspended, and of no other', async () => {
    const tenant = await fleet.ground.tenant('Globex');
    const session = await fleet.connected(node, tenant);
    await fleet.look('UPDATE tenants SET suspended_at = now() WHERE id = $1', uuidOf(tenant.id));
    expect(await called()).toEqual([session.instanceId]);
    expect(await called(other)).toEqual([]);
    await fleet.look('UPDATE tenants SET suspended_at = NULL');
  });

  it('is walked through page by page, each once', async () => {
    const all = (await fleet.look<{ id: string }>('SELECT instance_id AS id FROM connections WHERE owner_node = $1', uuidOf(node))).map(({ id }) => id);
    expect(all).toHaveLength(3);
    const seen: FleetMember[] = [];
    for (let page = await repository.owned(node, null, 2); page.length > 0; page = await repository.owned(node, seen.at(-1)!, 2)) seen.push(...page);
    expect(seen.map(({ instanceId }) => uuidOf(instanceId)).sort()).toEqual(all.sort());
    expect(await repository.ownedOf(other, seen)).toEqual([]);
    expect(await repository.ownedOf(node, seen)).toHaveLength(seen.length);
  });

  it('tells when the next one is due', async () => {
    expect(await repository.nextDueInMs(['live', 'test'])).toBeNull();
    const [member] = await fleet.started(1);
    await fleet.look(`UPDATE session_queue SET due_at = clock_timestamp() + interval '2 seconds' WHERE instance_id = $1`, uuidOf(member!.instanceId));
    const ms = await repository.nextDueInMs(['live', 'test']);
    expect(ms).toBeGreaterThan(1_000);
    expect(ms).toBeLessThanOrEqual(2_000);
    expect(await repository.nextDueInMs(['live'])).toBeNull();
  });
});
