import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type InstanceId, uuidOf } from '#libs/contracts';
import { canonicalForm, Journal, JournalReader, Keyring, MasterKey, type StoredEntry } from '#libs/platform';
import { TestGround, type TestTenant, until } from '#libs/testing';
import { leafOf, rootOf } from '../../libs/audit/test/rfc6962.js';
import { BuiltProcess } from '../setup/built-process.js';
import { textOf } from '../setup/master-keys.js';

const SYSTEM = { kind: 'system', id: 'test' } as const;
const WRITERS = 16;
const WORKERS = 2;
const DURATION_MS = 25_000;
const REST_MS = 5;

/** Each worker sequences, seals and signs; none of them ends as it should. */
describe('sealing, while sixteen write and its processes are killed', () => {
  const master = randomBytes(32);
  let ground: TestGround;
  let folder: string;
  let tenants: TestTenant[];
  let environment: Record<string, string>;

  beforeAll(async () => {
    ground = await TestGround.start({ keyring: new Keyring([new MasterKey(master)]), connections: 20 });
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-sealing-'));
    tenants = [await ground.tenant('A'), await ground.tenant('B'), await ground.tenant('C')];
    const file = path.join(folder, 'checkpoints.jsonl');
    environment = { DATABASE_URL: ground.store.url, TENURE_MASTER_KEY: textOf(master), TENURE_DATA_DIR: folder, TENURE_CHECKPOINT_FILE: file, TENURE_AUDIT_CHECKPOINT_EVERY: 'PT1S' };
  });
  afterAll(async () => {
    await ground.close();
    fs.rmSync(folder, { recursive: true });
  });

  const create = async ({ client }: TestTenant, name: string): Promise<InstanceId> => (await client.post<{ id: InstanceId }>('/v1/instances', { name })).body.id;

  /** Some transactions are of two entries, some take their time, some are rolled back. How many entries were committed. */
  const write = async (tenant: TestTenant, instances: InstanceId[], writer: number, isOver: () => boolean): Promise<number> => {
    const journal = ground.get(Journal);
    let committed = 0;
    for (let n = 0; !isOver(); n++) {
      const instanceId = instances[(writer + n) % instances.length]!;
      const unit = ground.database.forTenant(tenant.id, async (tx) => {
        await journal.append(tx, { type: 'connection.opened', instanceId, actor: SYSTEM, data: { cycle: n } });
        if (n % 4 === 0) await journal.append(tx, { type: 'instance.started', instanceId, actor: SYSTEM, data: {} });
        if (Math.random() < 0.05) await sleep(Math.random() * 200);
        if (Math.random() < 0.2) throw new Error('on purpose');
      });
      committed += await unit.then(() => (n % 4 === 0 ? 2 : 1), () => 0);
      await sleep(REST_MS);
    }
    return committed;
  };

  /** One worker after another, each killed at any moment of its life. How many were. */
  const killAgainAndAgain = async (isOver: () => boolean): Promise<number> => {
    let kills = 0;
    for (; !isOver(); kills++) {
      const worker = await BuiltProcess.start('worker', environment);
      await sleep(Math.random() * 3_000);
      worker.signal('SIGKILL');
      await worker.exit();
    }
    return kills;
  };

  const stored = (tenant: TestTenant): Promise<StoredEntry[]> => ground.database.forTenant(tenant.id, (tx) => ground.get(JournalReader).stored(tx, 0, 1_000_000));
  const rowsOf = <T extends object>(sql: string, tenant: TestTenant) => ground.superuser.look<T>(sql, uuidOf(tenant.id));

  it('leaves nothing unsealed, nothing twice, and signs nothing that does not hold (I12, I15)', async () => {
    const instances = await Promise.all(tenants.map(async (tenant) => [await create(tenant, 'one'), await create(tenant, 'two')]));
    const end = Date.now() + DURATION_MS;
    const isOver = () => Date.now() > end;
    const writing = Array.from({ length: WRITERS }, (_, n) => write(tenants[n % tenants.length]!, instances[n % tenants.length]!, n, isOver));
    const killing = Array.from({ length: WORKERS }, () => killAgainAndAgain(isOver));
    const written = (await Promise.all(writing)).reduce((sum, n) => sum + n, 0);
    expect((await Promise.all(killing)).reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(WORKERS);
    const last = await BuiltProcess.start('worker', environment);
    await until('everything is in the trees', async () => (await ground.superuser.look('SELECT 1 FROM journal_pending UNION ALL SELECT 1 FROM journal_unsealed')).length === 0);
    await last.stop();
    const entries = await Promise.all(tenants.map(stored));
    expect(entries.flat().filter(({ actor }) => actor.id === 'test')).toHaveLength(written);
    for (const [n, tenant] of tenants.entries()) await examine(tenant, entries[n]!);
  }, 120_000);

  async function examine(tenant: TestTenant, entries: StoredEntry[]): Promise<void> {
    const [{ count }] = (await rowsOf<{ count: number }>('SELECT count(*)::int AS count FROM journal WHERE tenant_id = $1', tenant)) as [{ count: number }];
    expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: count }, (_, n) => n + 1));
    for (const id of new Set(entries.flatMap(({ instanceId }) => instanceId ?? []))) {
      const seqs = entries.filter(({ instanceId }) => instanceId === id).map(({ seq }) => seq!);
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => n + 1));
    }
    const leaves = entries.map((entry) => leafOf(canonicalForm(entry)));
    const kept = await rowsOf<{ hash: Buffer }>('SELECT hash FROM audit_nodes WHERE tenant_id = $1 AND level = 0 ORDER BY index', tenant);
    expect(kept.map(({ hash }) => hash.toString('hex'))).toEqual(leaves.map((leaf) => leaf.toString('hex')));
    const signed = await rowsOf<{ size: string; root: Buffer; generation: number }>('SELECT size, root, generation FROM audit_checkpoints WHERE tenant_id = $1', tenant);
    expect(signed.length).toBeGreaterThan(0);
    for (const { size, root, generation } of signed) expect([generation, root]).toEqual([1, rootOf(leaves.slice(0, Number(size)))]);
  }
});
