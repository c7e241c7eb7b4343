import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createTestDatabase, Superuser, type TestDatabase } from '#libs/testing';
import { MAIN } from '../setup/tenure-process.js';

interface Ended {
  code: number | null;
  /** what it said on standard error, a line each */
  lines: string[];
}

/** What a person can mend stops the start with one line that names the fix: no stack, nothing half started. */
describe('a start that cannot be', () => {
  let folder: string;
  let database: TestDatabase;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-start-'));
    database = await createTestDatabase();
  });
  afterAll(async () => {
    fs.rmSync(folder, { recursive: true, force: true });
    await database.drop();
  });

  const start = async (environment: Record<string, string>): Promise<Ended> => {
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TENURE_|DATABASE_URL|NODE_OPTIONS)/.test(name)));
    const env = { ...own, PORT: '0', TENURE_LOG_LEVEL: 'error', TENURE_DATA_DIR: path.join(folder, 'data'), ...environment };
    const child = spawn(process.execPath, ['--enable-source-maps', MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), 50_000);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearTimeout(timer);
    return { code, lines: said.trim().split('\n') };
  };
  const onDatabase = (more: Record<string, string> = {}) => start({ DATABASE_URL: database.url, ...more });
  const oneLine = (line: RegExp) => ({ code: 1, lines: [expect.stringMatching(line)] });

  it('lists every invalid setting at once', async () => {
    const { code, lines } = await start({ PORT: 'eighty', TENURE_PROFILE: 'staging', TENURE_MASTER_KEY: 'short', DATABASE_URL: 'mysql://x' });
    expect(code).toBe(1);
    expect(lines).toHaveLength(5);
    for (const name of ['PORT', 'TENURE_PROFILE', 'TENURE_MASTER_KEY', 'DATABASE_URL']) expect(lines.join('\n')).toContain(`  ${name}: `);
  });

  it('says that the port is taken, and how to choose another', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as net.AddressInfo;
    expect(await onDatabase({ PORT: String(port) })).toEqual(oneLine(new RegExp(`Port ${port} is taken.*PORT`)));
    other.close();
  });

  it('says that the data folder cannot be used', async () => {
    const file = path.join(folder, 'not-a-folder');
    fs.writeFileSync(file, '');
    expect(await start({ TENURE_DATA_DIR: file })).toEqual(oneLine(/not-a-folder.*TENURE_DATA_DIR/));
  });

  it('says that nobody answers at DATABASE_URL', async () => {
    expect(await start({ DATABASE_URL: 'postgresql://tenure:x@127.0.0.1:1/tenure' })).toEqual(oneLine(/127\.0\.0\.1:1.*DATABASE_URL/));
  });

  it('refuses another master key than the first one, and overwrites nothing', async () => {
    const superuser = new Superuser(database);
    const first = { TENURE_MASTER_KEY: 'a1'.repeat(32) };
    const taken = await onDatabase({ ...first, PORT: '1', HOST: '192.0.2.1' });
    expect(taken.code).toBe(1);
    const before = await superuser.look('SELECT master_key_check FROM platform_state');
    expect(before[0]!.master_key_check).not.toBeNull();
    expect(await onDatabase({ TENURE_MASTER_KEY: 'b2'.repeat(32) })).toEqual(oneLine(/master key is not the one.*TENURE_MASTER_KEY/));
    expect(await superuser.look('SELECT master_key_check FROM platform_state')).toEqual(before);
    await superuser.end();
  });

  it('refuses a schema that is newer than this build', async () => {
    const superuser = new Superuser(database);
    await superuser.look(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('x', 'y', '29991231000000_future', now(), 1)`,
    );
    expect(await onDatabase()).toEqual(oneLine(/29991231000000_future|newer/));
    await superuser.look(`DELETE FROM _prisma_migrations WHERE migration_name = '29991231000000_future'`);
    await superuser.end();
  });
});
