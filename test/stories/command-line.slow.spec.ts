import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { newId, uuidOf } from '#libs/contracts';
import { Superuser } from '#libs/testing';
import { runBuilt } from '../setup/built-process.js';

const MIGRATIONS = fs
  .readdirSync(path.resolve(import.meta.dirname, '../../prisma/migrations'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

async function asSuperuser(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.TENURE_TEST_SUPERUSER_URL });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

describe('the command line', () => {
  const name = `empty_${randomBytes(6).toString('hex')}`;
  const url = new URL(process.env.TENURE_TEST_DATABASE_URL!);
  const onDatabase = { DATABASE_URL: '' };

  beforeAll(async () => {
    await asSuperuser(`CREATE DATABASE ${name} OWNER ${url.username}`);
    url.pathname = name;
    onDatabase.DATABASE_URL = url.href;
  });
  afterAll(() => asSuperuser(`DROP DATABASE ${name} WITH (FORCE)`));

  const tenure = runBuilt.bind(null, 'cli');

  it('prepares an empty database, once; until then no other process starts on it', async () => {
    const key = { TENURE_MASTER_KEY: 'a1'.repeat(32) };
    const early = await runBuilt('api', [], { ...onDatabase, ...key });
    expect(early).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^Tenure's schema is not in this database.*npm run tenure -- migrate.*\n$/) });
    expect(await tenure(['migrate'], onDatabase)).toEqual({ code: 0, stdout: MIGRATIONS.map((migration) => `applied ${migration}\n`).join(''), stderr: '' });
    expect(await tenure(['migrate'], onDatabase)).toEqual({ code: 0, stdout: expect.stringMatching(/^nothing to do.*\n$/), stderr: '' });
  });

  it.each([
    ['no database is named', {}, /DATABASE_URL/],
    ['nobody answers there', { DATABASE_URL: 'postgresql://tenure:secret@127.0.0.1:1/tenure' }, /No PostgreSQL answers at 127\.0\.0\.1:1/],
  ])('says in one line, without a password, that %s', async (_what, environment, line) => {
    const { code, stdout, stderr } = await tenure(['migrate'], environment as Record<string, string>);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('secret');
  });

  it('finds no keys where there is no database, and makes neither', async () => {
    const nowhere = path.join(os.tmpdir(), `tenure-nowhere-${randomBytes(6).toString('hex')}`);
    for (const words of [['keys', 'rotate'], ['keys', 'status']]) {
      expect(await tenure(words, { TENURE_DATA_DIR: nowhere })).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^There is no database in .*nowhere.* Set TENURE_DATA_DIR.*\n$/) });
    }
    expect(fs.existsSync(nowhere)).toBe(false);
  });

  it.each([[['help']], [['--help']], [['migrate', '-h']]])('explains itself when asked with %s', async (words) => {
    expect(await tenure(words)).toEqual({ code: 0, stdout: expect.stringContaining('migrate'), stderr: '' });
  });

  it.each([[['purge-everything']], [[]], [['migrate', 'now']], [['--colour']], [['keys']], [['keys', 'rotate', 'now']], [['migrate', '--anyway']], [['audit', 'verify', 'x', 'y', '--key', 'z']], [['migrate', '--key', 'z']], [['audit', 'replay', 'all', '--compare']]])('does nothing but explain itself when it does not understand %j', async (words) => {
    expect(await tenure(words, onDatabase)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining('Usage: ') });
  });

  it('replays the journal of an installation, and says by its exit code whether that is what there is', async () => {
    const replay = (...words: string[]) => tenure(['audit', 'replay', ...words], { ...onDatabase, TENURE_MASTER_KEY: 'a1'.repeat(32) });
    const owner = new Superuser({ url: onDatabase.DATABASE_URL });
    const [tenant, instance] = [newId('ten'), newId('ins')];
    expect(await replay()).toEqual({ code: 2, stdout: '', stderr: 'audit replay needs --compare.\n' });
    expect(await replay('--compare', '--tenant', 'acme')).toEqual({ code: 2, stdout: '', stderr: 'acme is no id of a tenant.\n' });
    expect(await replay('--compare')).toEqual({ code: 0, stdout: '0 instances replayed, none differs from what is there.\n', stderr: '' });
    await owner.look(`INSERT INTO tenants (id, name, created_at) VALUES ($1, 'Acme', now())`, uuidOf(tenant));
    await owner.look(`INSERT INTO instance_heads (tenant_id, instance_id, environment) VALUES ($1, $2, 'test')`, uuidOf(tenant), uuidOf(instance));
    const untold = `${instance} of ${tenant} cannot be checked: the journal says nothing of it\n1 instance replayed, none differs from what is there, 1 cannot be checked.\n`;
    expect(await replay('--compare', '--tenant', tenant)).toEqual({ code: 2, stdout: untold, stderr: '' });
    const entry = `INSERT INTO journal (tenant_id, id, instance_id, seq, type, occurred_at, actor, data) VALUES ($1, $2, $3, 1, 'instance.created', now(), '{"kind":"system","id":"test"}', '{"environment":"test"}')`;
    await owner.look(entry, uuidOf(tenant), uuidOf(newId('evt')), uuidOf(instance));
    await owner.end();
    const gone = `${instance} of ${tenant}: it is not there; by its journal it is active\n1 instance replayed, 1 differs from what is there.\n`;
    expect(await replay('--compare')).toEqual({ code: 1, stdout: gone, stderr: '' });
  });

  it.each([
    [['audit', 'verify', '--key', 'keys.txt'], 'audit verify needs <file>.'],
    [['audit', 'verify', 'export.ndjson'], 'audit verify needs --key <file>.'],
  ])('says what is lacking in %j', async (words, lacking) => {
    expect(await tenure(words)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(`${lacking}\n\nUsage: `) });
  });

  it('says which of the files it was given cannot be used, without a database', async () => {
    const keys = path.join(os.tmpdir(), `tenure-keys-${randomBytes(6).toString('hex')}`);
    fs.writeFileSync(keys, 'no key\n');
    expect(await tenure(['audit', 'verify', keys, '--key', keys])).toMatchObject({ code: 2, stderr: expect.stringContaining('the file of public keys cannot be used') });
    expect(await tenure(['audit', 'verify', keys, '--key', `${keys}.none`])).toMatchObject({ code: 2, stderr: expect.stringContaining('.none cannot be read') });
    fs.rmSync(keys);
  });
});
