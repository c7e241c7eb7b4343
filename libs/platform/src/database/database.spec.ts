import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { newId, type TenantId, uuidOf } from '#libs/contracts';
import { createTestDatabase, Superuser, type TestDatabase, withRole } from '#libs/testing';
import pg from 'pg';
import { DatabaseTarget } from './database-target.js';
import { sqlStateOf } from './database-error.js';
import { Database } from './database.js';
import type { TenantTx } from './tenant-tx.js';

const acme = newId('ten');
const globex = newId('ten');
const INSUFFICIENT_PRIVILEGE = '42501';

const whoAmI = async (tx: Pick<TenantTx, 'query'>) => (await tx.query<{ role: string }[]>`SELECT current_user::text AS role`)[0]!.role;
const instancesSeen = async (tx: Pick<TenantTx, 'query'>) =>
  (await tx.query<{ name: string }[]>`SELECT name FROM instances ORDER BY name`).map(({ name }) => name);
const idsSeen = (tx: Pick<TenantTx, 'query'>) => tx.query<unknown[]>`SELECT id FROM instances`;

describe('a unit of work', () => {
  let store: TestDatabase;
  let superuser: Superuser;
  let database: Database;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    store = await createTestDatabase();
    superuser = new Superuser(store);
    database = new Database(new DatabaseTarget(store.url, 4));
    await makeTenant(acme, ['acme live', 'acme test']);
    await makeTenant(globex, ['globex live', 'globex test']);
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await superuser.end();
    await store.drop();
  });

  const makeTenant = (tenantId: TenantId, names: string[]) =>
    database.forTenant(tenantId, async (tx) => {
      await tx.execute`INSERT INTO tenants (id, name, created_at) VALUES (${uuidOf(tenantId)}::uuid, 'T', tenure_now())`;
      for (const name of names) await insertInstance(tx, tenantId, name);
    });

  const insertInstance = async (tx: TenantTx, tenantId: TenantId, name: string): Promise<void> => {
    const [tenant, id, environment] = [uuidOf(tenantId), uuidOf(newId('ins')), name.split(' ')[1]!];
    await tx.execute`INSERT INTO instance_heads (tenant_id, instance_id, environment) VALUES (${tenant}::uuid, ${id}::uuid, ${environment})`;
    await tx.execute`
      INSERT INTO instances (tenant_id, id, environment, name, name_key, lifecycle_since, created_at, updated_at)
      VALUES (${tenant}::uuid, ${id}::uuid, ${environment}, ${name}, ${name}, tenure_now(), tenure_now(), tenure_now())`;
  };

  const refusalOf = async (work: Promise<unknown>): Promise<string | undefined> => {
    const error = await work.then(() => undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    return sqlStateOf(error);
  };

  it('runs as the role that row-level security binds', async () => {
    expect(await database.forTenant(acme, whoAmI)).toBe('tenure_app');
    expect(await database.forCaller({ tenantId: acme, environment: 'test' }, whoAmI)).toBe('tenure_app');
    expect(await database.acrossTenants('test', whoAmI)).toBe('tenure_platform');
    expect((await database.pool.query<{ role: string }>('SELECT current_user AS role')).rows).toEqual([{ role: 'tenure_app' }]);
  });

  it('runs as that role whatever options the URL brings', async () => {
    const other = new Database(new DatabaseTarget(`${store.url}?options=-c%20work_mem%3D7MB%20-c%20role%3Dnone&application_name=x`, 1));
    const session = await other.forTenant(acme, (tx) => tx.query`
      SELECT current_user::text AS role, current_setting('work_mem') AS memory, current_setting('TimeZone') AS zone`);
    expect(session).toEqual([{ role: 'tenure_app', memory: '7MB', zone: 'UTC' }]);
    await other.onApplicationShutdown();
  });

  it('of a tenant sees that tenant and nothing else', async () => {
    expect(await database.forTenant(acme, instancesSeen)).toEqual(['acme live', 'acme test']);
    expect(await database.forTenant(globex, instancesSeen)).toEqual(['globex live', 'globex test']);
    expect(await database.acrossTenants('test', idsSeen)).toHaveLength(4);
  });

  it('of a key sees, of the instances, those of its environment', async () => {
    const counts = (tx: TenantTx) => tx.query`
      SELECT (SELECT count(*)::int FROM instances) AS instances, (SELECT count(*)::int FROM instance_heads) AS heads,
             (SELECT count(*)::int FROM instance_overview) AS overviews, (SELECT count(*)::int FROM retention_facts) AS facts`;
    expect(await database.forCaller({ tenantId: acme, environment: 'live' }, instancesSeen)).toEqual(['acme live']);
    expect(await database.forCaller({ tenantId: acme, environment: 'test' }, instancesSeen)).toEqual(['acme test']);
    expect(await database.forCaller({ tenantId: acme, environment: 'test' }, counts)).toEqual([{ instances: 1, heads: 1, overviews: 1, facts: 1 }]);
    const intruding = database.forCaller({ tenantId: acme, environment: 'test' }, (tx) => insertInstance(tx, acme, 'late live'));
    expect(await refusalOf(intruding)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it('without a tenant sees nothing, in any table', async () => {
    const tables = await superuser.look<{ name: string }>(
      `SELECT DISTINCT table_schema || '.' || table_name AS name FROM information_schema.columns
       WHERE column_name = 'tenant_id' AND table_schema NOT IN ('pgboss', 'pg_catalog')`,
    );
    expect(tables.length).toBeGreaterThan(10);
    const readable = await superuser.look<{ name: string }>(
      `SELECT name FROM unnest($1::text[]) name WHERE has_any_column_privilege('tenure_app', name, 'SELECT')`,
      tables.map(({ name }) => name),
    );
    for (const { name } of readable) expect([name, (await database.pool.query(`SELECT 1 FROM ${name}`)).rowCount]).toEqual([name, 0]);
    expect((await database.pool.query('SELECT 1 FROM tenants')).rowCount).toBe(0);
  });

  it("cannot write another tenant's rows", async () => {
    expect(await refusalOf(database.forTenant(acme, (tx) => insertInstance(tx, globex, 'planted live')))).toBe(INSUFFICIENT_PRIVILEGE);
    const touched = await database.forTenant(acme, (tx) => tx.execute`UPDATE instances SET name = 'mine' WHERE tenant_id = ${uuidOf(globex)}::uuid`);
    expect(touched).toBe(0);
    const moving = database.forTenant(acme, (tx) => tx.execute`UPDATE instances SET tenant_id = ${uuidOf(globex)}::uuid`);
    expect(await refusalOf(moving)).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await database.forTenant(globex, instancesSeen)).toEqual(['globex live', 'globex test']);
  });

  it('that only reads sees the same, as the same role', async () => {
    expect(await database.readForTenant(acme, instancesSeen)).toEqual(['acme live', 'acme test']);
    expect(await database.readForCaller({ tenantId: acme, environment: 'test' }, instancesSeen)).toEqual(['acme test']);
    expect(await database.readAcrossTenants('test', idsSeen)).toHaveLength(4);
    expect(await database.readAcrossTenants('test', whoAmI)).toBe('tenure_platform');
  });

  it('that only reads is refused what it asks after an answer: by then its transaction is over', async () => {
    const late = database.readForTenant(acme, async (tx) => {
      await instancesSeen(tx);
      return instancesSeen(tx);
    });
    await expect(late).rejects.toThrow('This unit of work is over');
  });

  it('fails with what went wrong first, and leaves its connection fit for use', async () => {
    const DIVISION_BY_ZERO = '22012';
    for (let n = 0; n < 12; n++) {
      expect(await refusalOf(database.readForTenant(acme, (tx) => tx.query`SELECT 1 / ${n - n}::int`))).toBe(DIVISION_BY_ZERO);
      const never = database.readForTenant(acme, () => {
        throw new Error('before it asks');
      });
      await expect(never).rejects.toThrow('before it asks');
      const several = database.forTenant(acme, (tx) => Promise.all([instancesSeen(tx), tx.query`SELECT 1 / ${n - n}::int`, instancesSeen(tx)]));
      expect(await refusalOf(several)).toBe(DIVISION_BY_ZERO);
      expect(await database.readForTenant(acme, instancesSeen)).toEqual(['acme live', 'acme test']);
    }
  });

  it('leaves nothing behind on its connection: 30 at once on 4 connections each see their own', async () => {
    const seen = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const [tenantId, name] = n % 2 === 0 ? [acme, 'acme'] : [globex, 'globex'];
        const fails = n % 5 === 0;
        const rows = await database
          .forTenant(tenantId, async (tx) => {
            await sleep(Math.random() * 20);
            if (fails) throw new Error('on purpose');
            return instancesSeen(tx);
          })
          .catch(() => [`${name} live`, `${name} test`]);
        const bare = await database.pool.query(`SELECT 1 FROM instances`);
        return { rows, expected: [`${name} live`, `${name} test`], bare: bare.rowCount };
      }),
    );
    for (const { rows, expected, bare } of seen) expect({ rows, bare }).toEqual({ rows: expected, bare: 0 });
  });

  it('of a tenant that stays takes none of its keys and rules, whatever it says; of one that leaves it does', async () => {
    await superuser.look(
      `WITH key AS (INSERT INTO api_keys (tenant_id, id, name, environment, scopes, prefix, hash, created_at) VALUES ($1, $1, 'k', 'test', '{*}', 'p', '', now())),
            version AS (INSERT INTO policy_versions (tenant_id, version, document, created_at, created_by) VALUES ($1, 1, '{}', now(), '{}'))
       INSERT INTO tenant_retention (tenant_id) VALUES ($1)`,
      uuidOf(acme),
    );
    const taken = () =>
      database.forTenant(acme, async (tx) => {
        return [await tx.execute`DELETE FROM api_keys`, await tx.execute`DELETE FROM tenant_retention`, await tx.execute`DELETE FROM policy_versions`];
      });
    expect(await taken()).toEqual([0, 0, 0]);
    await superuser.look('UPDATE tenants SET suspended_at = now(), leaving_since = now() WHERE id = $1', uuidOf(acme));
    expect(await taken()).toEqual([1, 1, 1]);
    await superuser.look('UPDATE tenants SET suspended_at = NULL, leaving_since = NULL WHERE id = $1', uuidOf(acme));
  });

  it.each([
    'DELETE FROM instances',
    'DELETE FROM instance_heads',
    "UPDATE instance_heads SET environment = 'live'",
    "UPDATE instances SET environment = 'live'",
    'UPDATE instances SET id = id',
    'UPDATE instances SET created_at = created_at',
    'UPDATE tenants SET id = id',
    'UPDATE tenants SET created_at = created_at',
    'DELETE FROM tenant_usage',
    'UPDATE tenant_usage SET resource = resource',
    "UPDATE idempotent_requests SET fingerprint = ''",
    'UPDATE idempotent_requests SET created_at = created_at',
    'SELECT hash FROM api_keys',
    "UPDATE api_keys SET hash = ''",
    "UPDATE api_keys SET scopes = '{*}'",
    "UPDATE api_keys SET environment = 'live'",
    'UPDATE instance_payload SET tenant_id = tenant_id',
    'UPDATE instance_payload SET instance_id = instance_id',
    'UPDATE platform_state SET master_key_id = NULL',
    'SELECT 1 FROM former_master_keys',
    'SELECT 1 FROM key_holders',
    'UPDATE messages SET from_me = true',
    'DELETE FROM instance_heads',
    'SELECT master_key_check FROM platform_state',
    'SELECT 1 FROM fleet_overview',
    "UPDATE journal SET type = 'x'",
    'DELETE FROM journal',
    'DELETE FROM journal_positions',
    'UPDATE journal_positions SET position = 0',
    'DELETE FROM tenants',
    "UPDATE policy_versions SET document = '{}'",
    'DELETE FROM retention_schedule',
    'SELECT 1 FROM operator_keys',
    'UPDATE platform_state SET clock_offset_ms = 1',
    'UPDATE platform_state SET kill_switch = true',
    'TRUNCATE instances CASCADE',
    'TRUNCATE messages',
    'TRUNCATE journal',
    'CREATE TABLE planted (id int)',
    'CREATE SCHEMA planted',
    'ALTER TABLE instances DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE instances NO FORCE ROW LEVEL SECURITY',
    'DROP POLICY tenant ON instances',
    'DROP TABLE journal',
    'CREATE OR REPLACE FUNCTION tenure_tenant() RETURNS uuid LANGUAGE sql AS $$ SELECT NULL::uuid $$',
  ])('of a tenant may not: %s', async (sql) => {
    const app = new pg.Client({ connectionString: withRole(store.url, 'tenure_app') });
    await app.connect();
    await app.query(`SET app.tenant_id = '${uuidOf(acme)}'`);
    expect(await refusalOf(app.query(sql))).toBe(INSUFFICIENT_PRIVILEGE);
    await app.end();
  });

  it.each([
    'DELETE FROM instances',
    'UPDATE instances SET desired_state = desired_state',
    'UPDATE connections SET owner_node = NULL',
    'UPDATE session_queue SET due_at = due_at',
    'UPDATE api_keys SET revoked_at = NULL',
    'UPDATE tenants SET suspended_at = NULL',
    'SELECT 1 FROM tenant_usage',
    'SELECT reply FROM idempotent_requests',
    'INSERT INTO idempotent_requests DEFAULT VALUES',
    'SELECT name FROM instances',
    'SELECT name_key FROM instances',
    'SELECT labels FROM instances',
    'SELECT phone_number FROM connections',
    'SELECT profile_name FROM connections',
    'SELECT name FROM api_keys',
    'SELECT 1 FROM instance_overview',
    'SELECT 1 FROM retention_facts',
    'SELECT 1 FROM policy_versions',
    'SELECT instance_ids FROM retention_previews',
    'SELECT 1 FROM active_holds',
    'SELECT data FROM journal',
    'SELECT 1 FROM journal_positions',
    'SELECT 1 FROM messages',
    'SELECT 1 FROM wa_credentials',
    'SELECT 1 FROM wa_signal_keys',
    'SELECT wrapped_key FROM instance_payload',
    'SELECT archive FROM instance_payload',
    'UPDATE instance_payload SET master_key_id = master_key_id',
    'DELETE FROM instance_payload',
    'DELETE FROM former_master_keys',
    "UPDATE former_master_keys SET id = ''",
    'SELECT personal FROM journal',
    'UPDATE platform_state SET clock_offset_ms = 1',
    'DELETE FROM journal_positions',
    'CREATE TABLE planted (id int)',
  ])('across tenants may not: %s', async (sql) => {
    expect(await refusalOf(database.acrossTenants('test', (tx) => tx.run(sql)))).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it('that loses a deadlock runs again, and both commit', async () => {
    const [first, second] = await database.forTenant(acme, (tx) => tx.query<{ id: string }[]>`SELECT id FROM instances ORDER BY id`);
    let attempts = 0;
    let holding = 0;
    let met!: () => void;
    const meeting = new Promise<void>((resolve) => (met = resolve));
    const crossing = ([one, other]: [string, string]) =>
      database.forTenant(acme, async (tx) => {
        attempts++;
        const bump = (id: string) => tx.execute`UPDATE instances SET version = version + 1 WHERE tenant_id = ${uuidOf(acme)}::uuid AND id = ${id}::uuid`;
        await bump(one);
        if (++holding === 2) met();
        await meeting;
        await bump(other);
      });
    await Promise.all([crossing([first!.id, second!.id]), crossing([second!.id, first!.id])]);
    // on a busy machine both may lose: one the deadlock, the other its wait
    expect([3, 4]).toContain(attempts);
    expect(await database.forTenant(acme, (tx) => tx.query`SELECT version FROM instances`)).toEqual([{ version: 3 }, { version: 3 }]);
  });

  it('whose connection breaks before the commit runs again', async () => {
    let attempts = 0;
    const names = await database.forTenant(acme, async (tx) => {
      if (++attempts === 1) {
        const [backend] = await tx.query<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
        await superuser.look('SELECT pg_terminate_backend($1)', backend!.pid);
        await sleep(20);
      }
      return instancesSeen(tx);
    });
    expect({ attempts, names }).toEqual({ attempts: 2, names: ['acme live', 'acme test'] });
  });

  it('that may run twice is all or nothing in one round trip', async () => {
    const ids = [uuidOf(newId('ins')), uuidOf(newId('ins'))];
    const insert = (tx: TenantTx, id: string) =>
      tx.execute`INSERT INTO instance_heads (tenant_id, instance_id, environment) VALUES (${uuidOf(acme)}::uuid, ${id}::uuid, 'test')`;
    const heads = () => superuser.look('SELECT 1 FROM instance_heads WHERE instance_id = ANY($1)', ids);
    const half = database.repeatableForTenant(acme, (tx) => Promise.all([insert(tx, ids[0]!), tx.query`SELECT 1 / ${0}::int`]));
    await expect(half).rejects.toThrow();
    expect(await heads()).toHaveLength(0);
    await database.repeatableForTenant(acme, (tx) => Promise.all(ids.map((id) => insert(tx, id))));
    expect(await heads()).toHaveLength(2);
  });

  it('that may run twice runs again when its connection breaks, whatever became of it', async () => {
    let asked = 0;
    const changed = database.repeatableForTenant(acme, async (tx) => {
      if (asked++ > 0) return whoAmI(tx);
      await tx.query`SELECT pg_sleep(${30}::int), 'is cut'`;
      return 'not cut';
    });
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%is cut%' AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'`;
    while ((await superuser.look(cut)).length === 0) await sleep(10);
    expect([await changed, asked]).toEqual(['tenure_app', 2]);
  });

  it('takes no statement once it is over: the connection may be another tenant by then', async () => {
    let kept: TenantTx | undefined;
    await database.forTenant(acme, async (tx) => {
      kept = tx;
      await instancesSeen(tx);
    });
    await expect(instancesSeen(kept!)).rejects.toThrow('This unit of work is over');
  });

  it('that swallowed the error of a statement does not look done', async () => {
    const tenantId = newId('ten');
    const swallowing = database.forTenant(tenantId, async (tx) => {
      await tx.execute`INSERT INTO tenants (id, name, created_at) VALUES (${uuidOf(tenantId)}::uuid, 'T', tenure_now())`;
      await tx.execute`SELECT 1 / ${0}::int`.catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('was rolled back');
    expect(await superuser.look('SELECT 1 FROM tenants WHERE id = $1', uuidOf(tenantId))).toEqual([]);
  });

  it('gives its hints after the commit, once, and none after a rollback', async () => {
    const seen: string[] = [];
    const count = async () => (await superuser.look<{ n: number }>(`SELECT count(*)::int AS n FROM tenants`))[0]!.n;
    let visible: Promise<number> | undefined;
    await database.forTenant(newId('ten'), async (tx) => {
      await tx.execute`INSERT INTO tenants (id, name, created_at) VALUES (${uuidOf(tx.tenantId)}::uuid, 'T', tenure_now())`;
      tx.afterCommit(() => {
        seen.push('committed');
        visible = count();
      });
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual(['committed']);
    expect(await visible).toBe(3);
    const failing = database.forTenant(acme, async (tx) => {
      tx.afterCommit(() => seen.push('rolled back'));
      await Promise.reject(new Error('on purpose'));
    });
    await expect(failing).rejects.toThrow('on purpose');
    let attempts = 0;
    await database.forTenant(acme, async (tx) => {
      tx.afterCommit(() => seen.push(`attempt ${++attempts}`));
      if (seen.length === 1 && attempts === 0 && seen.push('deadlock')) throw Object.assign(new Error('on purpose'), { code: '40P01' });
    });
    expect(seen).toEqual(['committed', 'deadlock', 'attempt 1']);
  });

  it('stays done when a hint fails', async () => {
    const done = database.forTenant(acme, async (tx) => {
      tx.afterCommit(() => {
        throw Object.assign(new Error('a listener failed'), { code: '40P01' });
      });
      return Promise.resolve('done');
    });
    expect(await done).toBe('done');
  });

  it('reads and writes the same instants whatever time zone the server has', async () => {
    await superuser.look(`ALTER DATABASE ${new URL(store.url).pathname.slice(1)} SET TimeZone = 'America/Sao_Paulo'`);
    const other = new Database(new DatabaseTarget(store.url, 1));
    const instant = new Date('2026-11-23T10:00:00.123Z');
    const [row] = await other.forTenant(acme, async (tx) => {
      await tx.execute`UPDATE instances SET restored_at = ${instant}`;
      return tx.query<{ restored_at: Date; epoch: number }[]>`SELECT restored_at, extract(epoch FROM restored_at)::float8 AS epoch FROM instances`;
    });
    expect(row).toEqual({ restored_at: instant, epoch: instant.getTime() / 1000 });
    await other.onApplicationShutdown();
  });

  it('is kept to its tenant by row-level security alone: without it, the same look sees the other one', async () => {
    const look = () => database.forTenant(acme, instancesSeen);
    const owner = new pg.Client({ connectionString: store.ownerUrl });
    await owner.connect();
    expect(await look()).toEqual(['acme live', 'acme test']);
    await owner.query('ALTER TABLE instances DISABLE ROW LEVEL SECURITY');
    expect(await look()).toEqual(['acme live', 'acme test', 'globex live', 'globex test']);
    await owner.query('ALTER TABLE instances ENABLE ROW LEVEL SECURITY');
    expect(await look()).toEqual(['acme live', 'acme test']);
    await owner.end();
  });
});
