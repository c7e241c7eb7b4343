import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { StartError } from '../start-error.js';
import { checkSchema } from './check-schema.js';
import { installSchema } from './install-schema.js';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-schema-'));
const server = new EmbeddedPostgres({ dataDir: path.join(root, 'data'), ephemeral: true });
let login: string;

beforeAll(async () => {
  login = await server.start();
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

const FIRST = 'CREATE TABLE notes (id int); GRANT SELECT, INSERT ON notes TO tenure_app;';
const SECOND = 'CREATE TABLE more (id int);';

/** A folder of migrations `1`, `2` ... with these texts. */
function migrations(...sql: string[]): string {
  const folder = fs.mkdtempSync(path.join(root, 'migrations-'));
  sql.forEach((text, index) => writeMigration(folder, String(index + 1), text));
  return folder;
}

function writeMigration(folder: string, name: string, text: string): void {
  fs.mkdirSync(path.join(folder, name), { recursive: true });
  fs.writeFileSync(path.join(folder, name, 'migration.sql'), text);
}

let count = 0;
async function newDatabase(owner = 'tenure'): Promise<string> {
  const url = new URL(login);
  url.pathname = `/database_${++count}`;
  await query(server.superuserUrl, `CREATE DATABASE database_${count} OWNER ${owner}`);
  return url.href;
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

function as(role: string, url: string): string {
  const withRole = new URL(url);
  withRole.searchParams.set('options', `-c role=${role}`);
  return withRole.href;
}

async function refusal(work: Promise<unknown>): Promise<StartError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartError);
  return error as StartError;
}

describe('The schema', () => {
  it('is installed once, and a second start changes nothing', async () => {
    const url = await newDatabase();
    expect(await installSchema(url, migrations(FIRST, SECOND))).toEqual(['1', '2']);
    expect(await installSchema(url, migrations(FIRST, SECOND))).toEqual([]);
  });

  it('grows by what is new', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations(FIRST));
    expect(await installSchema(url, migrations(FIRST, SECOND))).toEqual(['2']);
  });

  it('belongs to tenure_owner as a whole', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations(FIRST));
    const owners = await query(url, `SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`);
    expect(owners).toEqual([{ owner: 'tenure_owner' }]);
  });

  it('lets the product use its tables and jobs, and change none of their shape', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations(FIRST));
    const app = as('tenure_app', url);
    expect(await query(app, 'SELECT current_user::text AS role')).toEqual([{ role: 'tenure_app' }]);
    expect(await query(app, 'INSERT INTO notes VALUES (1) RETURNING id')).toEqual([{ id: 1 }]);
    for (const role of ['tenure_app', 'tenure_platform']) {
      expect(await query(as(role, url), 'SELECT count(*)::int AS jobs FROM pgboss.job')).toEqual([{ jobs: 0 }]);
      for (const change of ['CREATE TABLE mine ()', 'CREATE SCHEMA mine', 'ALTER TABLE notes ADD COLUMN x int', 'TRUNCATE pgboss.job']) {
        await expect(query(as(role, url), change)).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  it('keeps book as Prisma does', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations('SELECT 1'));
    expect(
      await query(
        as('tenure_owner', url),
        `SELECT migration_name, checksum, finished_at >= started_at AS finished, rolled_back_at, logs, applied_steps_count FROM _prisma_migrations`,
      ),
    ).toEqual([
      {
        migration_name: '1',
        checksum: 'e004ebd5b5532a4b85984a62f8ad48a81aa3460c1ca07701f386135d72cdecf5',
        ...{ finished: true, rolled_back_at: null, logs: null, applied_steps_count: 1 },
      },
    ]);
  });

  it('is installed by one of many processes that start at once, also in several databases of one server', async () => {
    const databases = [await newDatabase(), await newDatabase(), await newDatabase()];
    const folder = migrations(FIRST, SECOND);
    const results = await Promise.all([...databases, ...databases, ...databases].map((url) => installSchema(url, folder)));
    expect(results.filter((applied) => applied.length === 2)).toHaveLength(3);
    expect(results.filter((applied) => applied.length === 0)).toHaveLength(6);
  });

  it('stays as it was when a migration fails, and goes on when it is corrected', async () => {
    const url = await newDatabase();
    const { message } = await refusal(installSchema(url, migrations(FIRST, `${SECOND} SELECT 1/0;`)));
    expect(message).toMatch(/migration 2 failed \(division by zero\)/);
    expect(await query(url, `SELECT to_regclass('more') AS "table"`)).toEqual([{ table: null }]);
    expect(await installSchema(url, migrations(FIRST, SECOND))).toEqual(['2']);
  });

  it('that has its tables of jobs without their grants gets them at the next start', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations());
    await query(as('tenure_owner', url), 'REVOKE ALL ON SCHEMA pgboss FROM tenure_app; REVOKE ALL ON pgboss.job FROM tenure_app');
    await installSchema(url, migrations());
    expect(await query(as('tenure_app', url), 'SELECT count(*)::int AS jobs FROM pgboss.job')).toEqual([{ jobs: 0 }]);
  });
});

describe('The roles', () => {
  it('can do nothing by themselves but what they are granted', async () => {
    await installSchema(await newDatabase(), migrations());
    const roles = await query(
      login,
      `SELECT rolname AS name, rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS powerful
         FROM pg_roles WHERE rolname LIKE 'tenure\\_%' ORDER BY 1`,
    );
    expect(roles).toEqual(['tenure_app', 'tenure_owner', 'tenure_platform'].map((name) => ({ name, powerful: false })));
  });

  it('give the product the platform’s rights only when it asks for them', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations('CREATE TABLE everywhere (); GRANT SELECT ON everywhere TO tenure_platform;'));
    await expect(query(as('tenure_app', url), 'SELECT 1 FROM everywhere')).rejects.toMatchObject({ code: '42501' });
    expect(await query(as('tenure_app', url), 'SET ROLE tenure_platform')).toEqual([]);
    expect(await query(as('tenure_platform', url), 'SELECT 1 FROM everywhere')).toEqual([]);
    expect(
      await query(url, `SELECT pg_has_role('tenure_app', 'tenure_platform', 'SET') AS set, pg_has_role('tenure_app', 'tenure_platform', 'USAGE') AS inherited`),
    ).toEqual([{ set: true, inherited: false }]);
  });

  it('give a login nothing of the owner until it asks', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations(FIRST));
    await expect(query(url, 'SELECT 1 FROM notes')).rejects.toMatchObject({ code: '42501' });
  });

  it('are described as SQL to a login that may not make them, and that SQL is enough', async () => {
    await query(server.superuserUrl, `CREATE ROLE modest LOGIN PASSWORD 'modest'`);
    const url = new URL(await newDatabase('modest'));
    [url.username, url.password] = ['modest', 'modest'];
    const { message, fix } = await refusal(installSchema(url.href, migrations(FIRST)));
    expect(message).toMatch(/"modest" may not make the roles/);
    const superuser = new URL(server.superuserUrl);
    superuser.pathname = url.pathname;
    await query(superuser.href, fix.slice(fix.indexOf(': ') + 2));
    expect(await installSchema(url.href, migrations(FIRST))).toEqual(['1']);
    await checkSchema(url.href, migrations(FIRST));
  });
});

describe('A start is refused, in one line that names the fix,', () => {
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(login);
    change(url);
    return url.href;
  };

  it.each<[string, () => string, RegExp]>([
    ['when no server answers', () => changed((url) => (url.port = '1')), /No PostgreSQL answers at 127\.0\.0\.1:1 .*ECONNREFUSED.*Start it/],
    ['for a wrong password', () => changed((url) => (url.password = 'wrong-secret')), /refuses the user "tenure".*Correct the user and password in DATABASE_URL/],
    ['without a password', () => changed((url) => (url.password = '')), /refuses the user "tenure".*Correct the user and password/],
    ['for an unknown database', () => changed((url) => (url.pathname = '/nowhere')), /no database "nowhere".*CREATE DATABASE "nowhere" OWNER "tenure"/],
    ['for a URL of another kind', () => 'mysql://tenure:wrong-secret@127.0.0.1/tenure', /not a PostgreSQL URL.*postgresql:\/\//],
  ])('%s', async (_when, url, expected) => {
    for (const start of [installSchema, checkSchema]) {
      const { message } = await refusal(start(url(), migrations()));
      expect(message).toMatch(expected);
      expect(message).not.toMatch(/\n|wrong-secret/);
      expect(message).not.toContain(new URL(login).password);
    }
  });

  it('for a schema that is newer than the build', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations(FIRST, SECOND));
    for (const start of [installSchema, checkSchema]) {
      expect((await refusal(start(url, migrations(FIRST)))).message).toMatch(/schema is newer than this build, which does not know 2/);
    }
  });

  it('for an edited migration', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations(FIRST));
    for (const start of [installSchema, checkSchema]) {
      expect((await refusal(start(url, migrations(SECOND)))).message).toMatch(/migration 1 is not the one that was applied/);
    }
  });

  it('for a migration that another tool left half done', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations(FIRST));
    await query(as('tenure_owner', url), 'UPDATE _prisma_migrations SET finished_at = NULL');
    expect((await refusal(installSchema(url, migrations(FIRST)))).message).toMatch(/1 was begun by another tool and never finished/);
  });

  it('for jobs of a newer pg-boss', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations());
    await query(as('tenure_owner', url), 'UPDATE pgboss.version SET version = 9999');
    for (const start of [installSchema, checkSchema]) {
      expect((await refusal(start(url, migrations()))).message).toMatch(/version 9999, newer than this build/);
    }
  });

  it('for tables that an earlier tool made as another user', async () => {
    const url = await newDatabase();
    await query(url, 'CREATE TABLE _prisma_migrations (migration_name text, checksum text, finished_at date, rolled_back_at date)');
    expect((await refusal(installSchema(url, migrations(FIRST)))).message).toMatch(/does not belong to tenure_owner.*ALTER TABLE/);
  });
});

describe('A process that must not migrate', () => {
  it('starts when the schema is that of its build', async () => {
    const url = await newDatabase();
    await installSchema(url, migrations(FIRST));
    await expect(checkSchema(url, migrations(FIRST))).resolves.toBeUndefined();
  });

  it('is refused without a schema, and with an older one', async () => {
    const url = await newDatabase();
    expect((await refusal(checkSchema(url, migrations(FIRST)))).message).toMatch(/schema is not in this database.*npm run tenure -- migrate/);
    await installSchema(url, migrations(FIRST));
    expect((await refusal(checkSchema(url, migrations(FIRST, SECOND)))).message).toMatch(/schema is older than this build, 2 is missing/);
  });
});
