import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type InstanceId, type LifecycleEvent, uuidOf } from '#libs/contracts';
import { TestGround, type TestTenant, until } from '#libs/testing';
import { Database } from '../database/database.js';
import { lockInstance } from '../instances/instance-head.js';
import { Journal } from '../journal/journal.js';
import { OnLifecycle, type Woken } from './on-lifecycle.js';

const SYSTEM = { kind: 'system', id: 'test' } as const;

@Injectable()
class Subscribers {
  readonly seen: string[] = [];
  readonly failing = new Map<string, number>();
  readonly reconciled: { instanceId: InstanceId; saw: number }[] = [];
  slow: Promise<void> = Promise.resolve();
  running = 0;

  constructor(private readonly database: Database) {}

  @OnLifecycle('connection.opened', { queue: 'test.sees' })
  async onOpened({ id, instanceId, data }: LifecycleEvent<'connection.opened'>): Promise<void> {
    const left = this.failing.get(instanceId) ?? 0;
    this.failing.set(instanceId, left - 1);
    if (left > 0) throw new Error(`not yet, ${left}`);
    if (data.cycle === SLOW) await this.slow;
    this.seen.push(id);
  }

  @OnLifecycle(['instance.started', 'instance.stopped'], { queue: 'test.reconciles', collapse: true })
  async reconcile({ tenantId, instanceId }: Woken<'instance.started' | 'instance.stopped'>): Promise<void> {
    const { seq } = await this.database.forTenant(tenantId, (tx) => lockInstance(tx, instanceId));
    this.running++;
    await this.slow;
    this.reconciled.push({ instanceId, saw: seq });
    this.running--;
  }
}
const SLOW = 999;

describe('a subscription', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let subscribers: Subscribers;
  let release: () => void = () => undefined;

  beforeAll(async () => {
    ground = await TestGround.start({ providers: [Subscribers] });
    acme = await ground.tenant();
    subscribers = ground.get(Subscribers);
  });
  afterEach(() => release());
  afterAll(() => ground.close());

  const newInstance = async (name: string): Promise<InstanceId> => (await acme.client.post<{ id: InstanceId }>('/v1/instances', { name })).body.id;
  const append = (instanceId: InstanceId, cycle: number) =>
    ground.database.forTenant(acme.id, (tx) => ground.get(Journal).append(tx, { type: 'connection.opened', instanceId, actor: SYSTEM, data: { cycle } }));
  const unsettled = async (instanceId: InstanceId, queue: string) =>
    (await ground.superuser.look(`SELECT 1 FROM pgboss.job WHERE name = $1 AND state <= 'active' AND data->>'instanceId' = $2`, queue, instanceId)).length;

  it('gets each event', async () => {
    const instanceId = await newInstance('seen');
    const events = await Promise.all(Array.from({ length: 80 }, (_, n) => append(instanceId, n)));
    await until('all were seen', () => Promise.resolve(events.every((event) => subscribers.seen.includes(event))));
    const jobs = () => ground.superuser.look(`SELECT 1 FROM pgboss.job WHERE name = 'test.sees' AND state = 'completed' AND data->>'instanceId' = $1`, instanceId);
    await until('all are settled', async () => (await jobs()).length === 80);
  });

  it('that fails is tried again, and delays no other', async () => {
    const [failing, fine] = [await newInstance('fails'), await newInstance('fine')];
    subscribers.failing.set(failing, 1);
    const first = await append(failing, 1);
    const second = await append(fine, 1);
    await until('the other was seen', () => Promise.resolve(subscribers.seen.includes(second)));
    // it is tried again a second later at the earliest
    expect(subscribers.seen).not.toContain(first);
    await until('the failing one was seen in the end', () => Promise.resolve(subscribers.seen.includes(first)));
    expect(subscribers.failing.get(failing)).toBe(-1);
  });

  it('that is slow delays no other of its queue', async () => {
    subscribers.slow = new Promise((resolve) => (release = resolve));
    const instanceId = await newInstance('slow');
    const slow = await append(instanceId, SLOW);
    const others = await Promise.all(Array.from({ length: 60 }, (_, n) => append(instanceId, n)));
    await until('the others were seen', () => Promise.resolve(others.every((event) => subscribers.seen.includes(event))));
    expect(subscribers.seen).not.toContain(slow);
    release();
    await until('the slow one was seen', () => Promise.resolve(subscribers.seen.includes(slow)));
  });

  it('that collapses runs once more for all that happened while it ran: no wake is lost', async () => {
    subscribers.slow = new Promise((resolve) => (release = resolve));
    const instanceId = await newInstance('bursts');
    const path = `/v1/instances/${instanceId}`;
    await acme.client.post(`${path}/start`);
    await until('one runs', () => Promise.resolve(subscribers.running === 1));
    for (let n = 0; n < 10; n++) await acme.client.post(`${path}/${n % 2 ? 'start' : 'stop'}`);
    const [{ seq }] = (await ground.superuser.look<{ seq: number }>(`SELECT seq::int FROM instance_heads WHERE instance_id = $1`, uuidOf(instanceId))) as [{ seq: number }];
    expect(seq).toBe(12);
    const waiting = () => ground.superuser.look(`SELECT 1 FROM pgboss.job WHERE name = 'test.reconciles' AND state = 'created' AND data->>'instanceId' = $1`, instanceId);
    await until('every wake has come', async () => (await waiting()).length === 0);
    release();
    await until('all are settled', async () => (await unsettled(instanceId, 'test.reconciles')) === 0);
    expect(subscribers.reconciled.filter((one) => one.instanceId === instanceId).map(({ saw }) => saw)).toEqual([2, 12]);
  });

  it('has no job for what was rolled back', async () => {
    const instanceId = await newInstance('rolled back');
    const undone = ground.database.forTenant(acme.id, async (tx) => {
      await ground.get(Journal).append(tx, { type: 'connection.opened', instanceId, actor: SYSTEM, data: { cycle: 1 } });
      await ground.get(Journal).append(tx, { type: 'instance.started', instanceId, actor: SYSTEM, data: {} });
      throw new Error('on purpose');
    });
    await expect(undone).rejects.toThrow('on purpose');
    expect(await ground.superuser.look(`SELECT 1 FROM pgboss.job WHERE data->>'instanceId' = $1`, instanceId)).toEqual([]);
  });
});

describe('without a worker', () => {
  it('each event waits as a job; of a subscription that collapses one job of each instance', async () => {
    const ground = await TestGround.start({ providers: [Subscribers], worker: false });
    const { client, id } = await ground.tenant();
    for (const name of ['one', 'two']) {
      const { body: instance } = await client.post<{ id: InstanceId }>('/v1/instances', { name });
      for (let n = 0; n < 5; n++) {
        await client.post(`/v1/instances/${instance.id}/start`);
        await ground.database.forTenant(id, (tx) =>
          ground.get(Journal).append(tx, { type: 'connection.opened', instanceId: instance.id, actor: SYSTEM, data: { cycle: n } }),
        );
      }
    }
    const jobs = await ground.superuser.look(`SELECT name, state::text, count(*)::int AS n FROM pgboss.job GROUP BY name, state ORDER BY name`);
    expect(jobs).toEqual([
      { name: 'test.reconciles', state: 'created', n: 2 },
      { name: 'test.sees', state: 'created', n: 10 },
    ]);
    const data = await ground.superuser.look<{ data: object }>(`SELECT DISTINCT jsonb_object_keys(data) AS key FROM pgboss.job ORDER BY 1`);
    expect(data).toEqual([{ key: 'eventId' }, { key: 'instanceId' }, { key: 'tenantId' }]);
    await ground.close();
  });
});

describe('when the process stops', () => {
  it('what runs is finished and settled, what waits stays for the next process', async () => {
    const ground = await TestGround.start({ providers: [Subscribers] });
    const { client, id } = await ground.tenant();
    const subscribers = ground.get(Subscribers);
    subscribers.slow = sleep(300);
    const { body: instance } = await client.post<{ id: InstanceId }>('/v1/instances', { name: 'last' });
    await ground.database.forTenant(id, (tx) =>
      ground.get(Journal).append(tx, { type: 'connection.opened', instanceId: instance.id, actor: SYSTEM, data: { cycle: SLOW } }),
    );
    const active = () => ground.superuser.look(`SELECT 1 FROM pgboss.job WHERE name = 'test.sees' AND state = 'active'`);
    await until('it runs', async () => (await active()).length === 1);
    const began = Date.now();
    await ground.app.close();
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(subscribers.seen).toHaveLength(1);
    expect(await ground.superuser.look(`SELECT state FROM pgboss.job WHERE name = 'test.sees'`)).toEqual([{ state: 'completed' }]);
    await ground.superuser.end();
    await ground.store.drop();
  });
});
