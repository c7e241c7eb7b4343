import { Injectable } from '@nestjs/common';
import { type InstanceId, newId, uuidOf } from '#libs/contracts';
import { TestGround, type TestTenant, until } from '#libs/testing';
import type { TenantTx } from '../database/tenant-tx.js';
import { OnLifecycle } from '../jobs/on-lifecycle.js';
import { Journal } from './journal.js';
import { JournalReader } from './journal-reader.js';

const SYSTEM = { kind: 'system', id: 'test' } as const;

@Injectable()
class Listener {
  @OnLifecycle(['connection.opened', 'instance.renamed', 'api_key.revoked'], { queue: 'test.listens' })
  async onAny(): Promise<void> {
    return Promise.resolve();
  }
}

describe('the journal', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let journal: Journal;

  beforeAll(async () => {
    ground = await TestGround.start({ providers: [Listener] });
    acme = await ground.tenant();
    journal = ground.get(Journal);
  });
  afterAll(() => ground.close());

  const newInstance = async (name: string): Promise<InstanceId> => (await acme.client.post<{ id: InstanceId }>('/v1/instances', { name })).body.id;
  const opened = (tx: TenantTx, instanceId: InstanceId, cycle: number) =>
    journal.append(tx, { type: 'connection.opened', instanceId, actor: SYSTEM, data: { cycle } });
  const entriesOf = (instanceId: InstanceId) =>
    ground.superuser.look<{ seq: string; type: string; cycle: number | null }>(
      `SELECT seq::int, type, (data->>'cycle')::int AS cycle FROM journal WHERE instance_id = $1 ORDER BY seq`,
      uuidOf(instanceId),
    );

  it('numbers the entries of an instance densely, in the order of their commits, whoever writes', async () => {
    const instances = [await newInstance('busy 1'), await newInstance('busy 2')];
    const committed: Record<InstanceId, number[]> = {};
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const instanceId = instances[n % 2]!;
        const work = ground.database.forTenant(acme.id, async (tx) => {
          await opened(tx, instanceId, n);
          if (n % 7 === 0) throw new Error('on purpose');
          tx.afterCommit(() => (committed[instanceId] ??= []).push(n));
        });
        await work.catch(() => undefined);
      }),
    );
    for (const instanceId of instances) {
      const entries = (await entriesOf(instanceId)).filter(({ type }) => type === 'connection.opened');
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 2));
      expect(entries.map(({ cycle }) => cycle).sort()).toEqual(committed[instanceId]!.sort());
    }
  });

  it('keeps nothing of a transaction that is rolled back: no entry, nothing to position, no job', async () => {
    const instanceId = await newInstance('undone');
    const jobs = `SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'test.listens' AND data->>'instanceId' = $1`;
    const state = async () => [await ground.rowsAtRest(), await ground.superuser.look(jobs, instanceId)];
    const before = await state();
    const undone = ground.database.forTenant(acme.id, async (tx) => {
      await opened(tx, instanceId, 1);
      await journal.append(tx, { type: 'instance.renamed', instanceId, actor: SYSTEM, data: {}, personal: { name: 'x' } });
      await journal.appendOfTenant(tx, { type: 'api_key.revoked', actor: SYSTEM, data: { keyId: newId('key') } });
      throw new Error('on purpose');
    });
    await expect(undone).rejects.toThrow('on purpose');
    expect(await state()).toEqual(before);
    await ground.database.forTenant(acme.id, (tx) => opened(tx, instanceId, 1));
    expect(await ground.superuser.look(jobs, instanceId)).toEqual([{ n: 1 }]);
  });

  it('refuses an entry of an instance that is not there, or of another tenant', async () => {
    const instanceId = await newInstance('mine');
    const stranger = await ground.tenant();
    await expect(ground.database.forTenant(acme.id, (tx) => opened(tx, newId('ins'), 1))).rejects.toThrow('no instance');
    await expect(ground.database.forTenant(stranger.id, (tx) => opened(tx, instanceId, 1))).rejects.toThrow('no instance');
    expect(await entriesOf(instanceId)).toHaveLength(1);
  });

  it('seals what is personal; it is read while the key of the instance lives and is null ever after', async () => {
    const instanceId = await newInstance('Padaria Secreta');
    await ground.database.forTenant(acme.id, (tx) =>
      journal.append(tx, { type: 'connection.paired', instanceId, actor: SYSTEM, data: {}, personal: { phoneNumber: '5511987654321' } }),
    );
    const rows = await ground.superuser.look<{ row: string; personal: Buffer }>(
      `SELECT j::text AS row, personal FROM journal j WHERE instance_id = $1`,
      uuidOf(instanceId),
    );
    for (const secret of ['Padaria Secreta', '5511987654321']) {
      for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
        expect(rows.filter(({ row, personal }) => row.includes(form) || personal.includes(form))).toEqual([]);
      }
    }
    const reader = ground.get(JournalReader);
    const personals = async () => (await reader.ofInstance(ground.caller(acme.id), instanceId, null, 10)).map(({ personal }) => personal);
    await until('both have a position', async () => (await personals()).length === 2);
    expect(await personals()).toEqual([{ phoneNumber: '5511987654321' }, { name: 'Padaria Secreta', labels: {} }]);
    await ground.superuser.look('DELETE FROM instance_payload WHERE instance_id = $1', uuidOf(instanceId));
    expect(await personals()).toEqual([null, null]);
    const listed = await reader.after(ground.caller(acme.id), 0, 200);
    expect(listed.filter((entry) => entry.instanceId === instanceId)).toHaveLength(2);
  });

  it('is paged: by position for the tenant, by seq for an instance, and says who acted', async () => {
    const tenant = await ground.tenant();
    const { body: instance } = await tenant.client.post<{ id: string }>('/v1/instances', { name: 'a' });
    for (let n = 0; n < 4; n++) await tenant.client.post(`/v1/instances/${instance.id}/start`);
    interface Listed {
      data: { type: string; position: number; seq: number | null; actor: { kind: string; id: string; requestId: string } }[];
      nextCursor: string | null;
    }
    const page = async (path: string) => (await tenant.client.get<Listed>(path)).body;
    const all = await until('all have a position', async () => {
      const listed = await page('/v1/events?limit=200');
      return listed.data.length === 7 && listed;
    });
    expect(all.data.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(all.data.map(({ type }) => type).slice(0, 3)).toEqual(['tenant.created', 'api_key.created', 'instance.created']);
    expect(all.data[2]!.actor).toMatchObject({ kind: 'api_key', id: expect.stringMatching(/^key_/), requestId: expect.stringMatching(/^req_/) });
    const first = await page('/v1/events?limit=5');
    const rest = await page(`/v1/events?limit=5&cursor=${first.nextCursor}`);
    expect([...first.data, ...rest.data]).toEqual(all.data);
    expect(rest.nextCursor).toBeNull();
    expect((await page('/v1/events?after=5')).data).toEqual(all.data.slice(5));
    expect((await page(`/v1/events?after=${Number.MAX_SAFE_INTEGER}`)).data).toEqual([]);
    const newest = await page(`/v1/instances/${instance.id}/events?limit=3`);
    const older = await page(`/v1/instances/${instance.id}/events?limit=3&cursor=${newest.nextCursor}`);
    expect([...newest.data, ...older.data].map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
  });
});
