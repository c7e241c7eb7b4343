import { setTimeout as sleep } from 'node:timers/promises';
import { type InstanceId, type TenantId, uuidOf } from '#libs/contracts';
import { TestGround, type TestTenant, until } from '#libs/testing';
import { DatabaseTarget } from '../database/database-target.js';
import { Database } from '../database/database.js';
import { Journal } from './journal.js';
import { JournalReader, type ReadEntry } from './journal-reader.js';
import { Sequencer } from './sequencer.js';

const SYSTEM = { kind: 'system', id: 'test' } as const;
const WRITERS = 16;
const DURATION_MS = 3_000;
/** transactions of each writer */
const FEWEST = 10;

describe('positions', () => {
  let ground: TestGround;
  let second: Database;
  let sequencer: Sequencer;

  beforeAll(async () => {
    ground = await TestGround.start({ connections: 24 });
    second = new Database(new DatabaseTarget(ground.store.url, 4));
    sequencer = new Sequencer(second);
  });
  afterAll(async () => {
    await sequencer.beforeApplicationShutdown();
    await second.onApplicationShutdown();
    await ground.close();
  });

  /** Writes until the time is over, and on a busy machine on: some transactions long, some of two entries, some rolled back. Gives the ids that were committed. */
  const write = async (tenant: TestTenant, instances: InstanceId[], until: number, writer: number): Promise<string[]> => {
    const journal = ground.get(Journal);
    const committed: string[] = [];
    for (let n = 0; Date.now() < until || n < FEWEST; n++) {
      const instanceId = instances[(writer + n) % instances.length]!;
      const unit = ground.database.forTenant(tenant.id, async (tx) => {
        const ids = [await journal.append(tx, { type: 'connection.opened', instanceId, actor: SYSTEM, data: { cycle: n } })];
        if (n % 10 === writer % 10) await sleep(Math.random() * 300);
        if (n % 4 === 0) ids.push(await journal.append(tx, { type: 'instance.started', instanceId, actor: SYSTEM, data: {} }));
        if (n % 9 === 8) throw new Error('on purpose');
        return ids;
      });
      committed.push(...(await unit.catch(() => [])));
    }
    return committed;
  };

  /** As a client of the stream does: follows, is dropped, resumes after the last position it has seen. */
  const follow = async (tenantId: TenantId, isOver: () => boolean): Promise<ReadEntry[]> => {
    const reader = ground.get(JournalReader);
    const seen: ReadEntry[] = [];
    for (let last = 0; ; ) {
      const over = isOver();
      const page = await reader.after(ground.caller(tenantId), last, 40);
      if (page.length === 0 && over) return seen;
      // dropped in the middle of a page: the rest of it was never received
      const received = Math.random() < 0.2 ? page.slice(0, Math.floor(page.length / 2)) : page;
      seen.push(...received);
      last = seen.at(-1)?.position ?? 0;
      await sleep(Math.random() * 30);
    }
  };

  it('miss nothing: every committed entry gets exactly one, dense, in the order of its instance, with two sequencers at work', async () => {
    const tenants = [await ground.tenant('Acme'), await ground.tenant('Globex')];
    const instances = await Promise.all(
      tenants.map(({ client }) =>
        Promise.all([1, 2, 3, 4].map(async (n) => (await client.post<{ id: InstanceId }>('/v1/instances', { name: `shop ${n}` })).body.id)),
      ),
    );
    sequencer.onApplicationBootstrap();
    const end = Date.now() + DURATION_MS;
    let written = false;
    const isOver = () => written;
    const followers = tenants.map(({ id }) => follow(id, isOver));
    const committed = await Promise.all(Array.from({ length: WRITERS }, (_, n) => write(tenants[n % 2]!, instances[n % 2]!, end, n)));
    await until('nothing is pending', async () => (await ground.superuser.look('SELECT 1 FROM journal_pending LIMIT 1')).length === 0);
    written = true;
    for (const [index, { id }] of tenants.entries()) {
      const seen = await followers[index]!;
      const all = await ground.superuser.look<{ n: number }>('SELECT count(*)::int AS n FROM journal WHERE tenant_id = $1', uuidOf(id));
      const expected = committed.filter((_, writer) => writer % 2 === index).flat();
      expect(expected.length).toBeGreaterThan(50);
      expect(seen.map(({ position }) => position)).toEqual(seen.map((_, at) => at + 1));
      expect(seen).toHaveLength(all[0]!.n);
      const ids = new Set(seen.map((entry) => entry.id));
      expect(ids.size).toBe(seen.length);
      expect(expected.filter((event) => !ids.has(event))).toEqual([]);
      for (const instanceId of instances[index]!) {
        const seqs = seen.filter((entry) => entry.instanceId === instanceId).map(({ seq }) => seq);
        expect(seqs).toEqual(seqs.map((_, at) => at + 1));
      }
    }
  });

  it('come soon, although a transaction of the same tenant stays open', async () => {
    const { id, client } = await ground.tenant();
    const [slow, quick] = await Promise.all(['slow', 'quick'].map(async (name) => (await client.post<{ id: InstanceId }>('/v1/instances', { name })).body.id));
    const journal = ground.get(Journal);
    const append = (instanceId: InstanceId, before: Promise<void>) =>
      ground.database.forTenant(id, async (tx) => {
        const event = await journal.append(tx, { type: 'instance.started', instanceId, actor: SYSTEM, data: {} });
        await before;
        return event;
      });
    let commit!: () => void;
    const open = append(slow!, new Promise((resolve) => (commit = resolve)));
    const event = await append(quick!, Promise.resolve());
    const listed = async (wanted: string) => (await ground.get(JournalReader).after(ground.caller(id), 0, 100)).some((entry) => entry.id === wanted);
    await until('the quick one has a position', () => listed(event), 5_000);
    commit();
    const late = await open;
    await until('and then the slow one', () => listed(late), 5_000);
  });
});
