import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { StartError } from '../start-error.js';
import { EmbeddedPostgres } from './embedded-postgres.js';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-embedded-'));
const opened: EmbeddedPostgres[] = [];

const embedded = (name: string, ephemeral = false): EmbeddedPostgres => {
  const server = new EmbeddedPostgres({ dataDir: path.join(root, name), ephemeral });
  opened.push(server);
  return server;
};

const query = async <T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
};

const refusal = async (start: Promise<unknown>): Promise<StartError> => {
  const error = await start.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartError);
  return error as StartError;
};

afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop();
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

describe('The embedded database', () => {
  it('keeps its data from one start to the next', async () => {
    const first = embedded('kept');
    await query(await first.start(), 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(await query(await embedded('kept').start(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is used by an ordinary role that owns its database and may make roles', async () => {
    const url = await embedded('kept').start();
    expect(
      await query(
        url,
        `SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, pg_get_userbyid(datdba) AS owner
           FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`,
      ),
    ).toEqual([{ rolname: 'tenure', rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: true, owner: 'tenure' }]);
  });

  it('wants a password from everybody and listens on the loopback interface only', async () => {
    const server = embedded('kept');
    const url = new URL(await server.start());
    expect(fs.statSync(path.join(root, 'kept', 'postgres-passwords.json')).mode & 0o777).toBe(0o600);
    expect(await query(server.superuserUrl, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules')).toEqual([{ auth_method: 'scram-sha-256' }]);
    expect(await query(server.superuserUrl, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    url.password = 'guessed';
    await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    url.username = 'postgres';
    await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    url.password = '';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/password/);
  });

  it('loses nothing it acknowledged when its process is killed, and the next start waits for it to be gone', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER], {
      env: { ...process.env, DATA_DIR: path.join(root, 'killed') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged = await killAfter(child, 50);
    const rows = await query<{ n: number }>(await embedded('killed').start(), 'SELECT n FROM written ORDER BY n');
    expect(rows.map(({ n }) => n)).toEqual(expect.arrayContaining(acknowledged));
    expect(acknowledged.length).toBeGreaterThanOrEqual(50);
  });

  it('is refused to a second process, and the first one goes on', async () => {
    const url = await embedded('kept').start();
    const { message } = await refusal(embedded('kept').start());
    expect(message).toMatch(/Another process runs the database.*Stop that process first, or set TENURE_DATA_DIR/);
    expect(await query(url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('starts in spite of a lock file that names a process which is not a database', async () => {
    fs.writeFileSync(path.join(root, 'kept', 'postgres', 'postmaster.pid'), `${process.pid}\n${root}\n`);
    expect(await query(await embedded('kept').start(), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('leaves nothing behind when it is ephemeral', async () => {
    const server = embedded('brief', true);
    await server.start();
    expect(fs.existsSync(path.join(root, 'brief'))).toBe(true);
    await server.stop();
    expect(fs.existsSync(path.join(root, 'brief'))).toBe(false);
  });
});

describe('The embedded database says what is wrong', () => {
  const inKept = (name: string) => path.join(root, 'kept', name);

  it('when the folder is one of another major version', async () => {
    const version = fs.readFileSync(inKept('postgres/PG_VERSION'), 'utf8');
    fs.writeFileSync(inKept('postgres/PG_VERSION'), '17\n');
    const { message } = await refusal(embedded('kept').start());
    fs.writeFileSync(inKept('postgres/PG_VERSION'), version);
    expect(message).toMatch(/made by PostgreSQL 17, and this build has PostgreSQL 18\. .*pg_dump/);
  });

  it('when the passwords are gone', async () => {
    fs.renameSync(inKept('postgres-passwords.json'), inKept('away.json'));
    const { message } = await refusal(embedded('kept').start());
    fs.renameSync(inKept('away.json'), inKept('postgres-passwords.json'));
    expect(message).toMatch(/postgres-passwords\.json, is missing\. Restore the file/);
  });

  it('when its folder holds something else, which stays', async () => {
    const foreign = path.join(root, 'foreign', 'postgres', 'notes.txt');
    fs.mkdirSync(path.dirname(foreign), { recursive: true });
    fs.writeFileSync(foreign, 'mine');
    const { message } = await refusal(embedded('foreign').start());
    expect(message).toMatch(/holds files, but no PostgreSQL database\. Move them away/);
    expect(fs.readFileSync(foreign, 'utf8')).toBe('mine');
  });

  it('when the data folder cannot be made', async () => {
    fs.writeFileSync(path.join(root, 'file'), '');
    const { message } = await refusal(embedded('file/below').start());
    expect(message).toMatch(/data folder .*file\/below cannot be used \(ENOTDIR.*set TENURE_DATA_DIR/);
  });

  it('when its files are damaged', async () => {
    const server = embedded('damaged');
    await server.start();
    await server.stop();
    fs.rmSync(path.join(root, 'damaged', 'postgres', 'global', 'pg_control'));
    const { message } = await refusal(embedded('damaged').start());
    expect(message).toMatch(/did not start \(.*pg_control.*\)\. .*restore it from a backup/);
  });
});

// The built class, because plain Node runs it: it writes as fast as it can and prints what was acknowledged.
const WRITER = `
  import { EmbeddedPostgres } from ${JSON.stringify(path.resolve('dist/libs/platform/src/embedded/embedded-postgres.js'))};
  import pg from ${JSON.stringify(path.resolve('node_modules/pg/esm/index.mjs'))};
  const server = new EmbeddedPostgres({ dataDir: process.env.DATA_DIR });
  const client = new pg.Client({ connectionString: await server.start() });
  await client.connect();
  await client.query('CREATE TABLE written (n int)');
  for (let n = 0; ; n++) {
    await client.query('INSERT INTO written VALUES ($1)', [n]);
    process.stdout.write(n + '\\n');
  }`;

/** Kills the child when it has printed that many numbers; returns all that it printed. */
async function killAfter(child: ChildProcess, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    numbers.push(Number(line));
    if (numbers.length === count) child.kill('SIGKILL');
  }
  if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
  return numbers;
}
