import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres, installSchema } from '#libs/platform';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations');
/** The last migration of the first release. */
const FIRST_RELEASE = '20261123000900_sandbox';
const TENANT = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';

/** A database of the first release with instances in it, brought up to date. */
describe('an upgrade from the first release', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-upgrade-'));
  const server = new EmbeddedPostgres({ dataDir: path.join(root, 'data'), ephemeral: true });
  let url = '';
  let superuser: pg.Client;

  beforeAll(async () => {
    url = await server.start();
    const old = path.join(root, 'migrations');
    for (const name of fs.readdirSync(MIGRATIONS).filter((one) => /^\d/.test(one) && one <= FIRST_RELEASE)) {
      fs.cpSync(path.join(MIGRATIONS, name), path.join(old, name), { recursive: true });
    }
    await installSchema(url, old);
    const target = new URL(server.superuserUrl);
    target.pathname = new URL(url).pathname;
    superuser = new pg.Client({ connectionString: target.href });
    await superuser.connect();
    await superuser.query(`INSERT INTO tenants (id, name, created_at) VALUES ($1, 'Acme', now())`, [TENANT]);
    await superuser.query(
      `WITH heads AS (
         INSERT INTO instance_heads (tenant_id, instance_id, environment) SELECT $1, gen_random_uuid(), 'live' FROM generate_series(1, 10) RETURNING instance_id),
       numbered AS (SELECT instance_id, row_number() OVER () AS n FROM heads)
       SELECT * FROM numbered`,
      [TENANT],
    );
    await superuser.query(
      `INSERT INTO instances (tenant_id, id, environment, name, name_key, lifecycle, lifecycle_since, created_at, updated_at)
       SELECT $1, instance_id, 'live', 'shop ' || n, 'shop ' || n, CASE WHEN n <= 3 THEN 'archived' ELSE 'active' END, now(), now(), now()
       FROM (SELECT instance_id, row_number() OVER () AS n FROM instance_heads) AS numbered`,
      [TENANT],
    );
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await server.stop();
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('keeps every row, and counts what is there', async () => {
    const instances = () => superuser.query(`SELECT to_jsonb(i) AS row FROM instances i ORDER BY id`).then(({ rows }) => rows as object[]);
    const before = await instances();
    expect((await installSchema(url, MIGRATIONS)).length).toBeGreaterThan(0);
    expect(await instances()).toMatchObject(before);
    expect(before).toHaveLength(10);
    expect((await superuser.query('SELECT tenant_id, resource, used FROM tenant_usage')).rows).toEqual([{ tenant_id: TENANT, resource: 'instances', used: 7 }]);
  });

  it('leaves row-level security forced on every table that had it', async () => {
    const { rows } = await superuser.query(`SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity`);
    expect(rows).toEqual([]);
  });

  it('is not made twice', async () => {
    expect(await installSchema(url, MIGRATIONS)).toEqual([]);
  });
});
