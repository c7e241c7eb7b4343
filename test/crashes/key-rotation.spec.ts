import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MasterKey } from '#libs/platform';
import { ApiClient, createTestDatabase, expectProblem, Superuser, type TestDatabase, until } from '#libs/testing';
import { runBuilt } from '../setup/built-process.js';
import { keyIds, textOf } from '../setup/master-keys.js';
import { pairInstance, readInstance, untilConnected } from '../setup/paired-instance.js';
import { RunningCommand } from '../setup/running-command.js';
import { TenureProcess } from '../setup/tenure-process.js';
import { untilAtRest } from '../setup/until-quiet.js';

const FRIEND = '5511987650000';
const numberOf = (n: number): string => `551198765100${n}`;
const idOf = (key: Buffer): string => new MasterKey(key).id;

/** A tenant's key on a process of the product, and instances that simulated phones have scanned. */
class Fleet {
  ids: string[] = [];
  private key = '';

  constructor(readonly tenure: TenureProcess) {}

  /** At the address of the last start. */
  get client(): ApiClient {
    return new ApiClient(this.tenure.url, this.key);
  }

  async pair(count: number): Promise<void> {
    const operator = new ApiClient(this.tenure.url, this.tenure.operatorKey);
    const { id: tenantId } = (await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' })).body;
    this.key = (await operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'k', environment: 'test', scopes: ['*'] })).body.key;
    await this.client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    for (let n = 0; n < count; n++) this.ids.push(await pairInstance(this.client, `shop ${n}`, numberOf(n)));
  }

  async untilAllConnected(): Promise<void> {
    for (const id of this.ids) await untilConnected(this.client, id);
  }

  /** What the API shows of the messages of an instance. */
  async texts(n: number): Promise<(string | null)[]> {
    const { body } = await this.client.get<{ data: { text: string | null }[] }>(`/v1/instances/${this.ids[n]}/messages?limit=200`);
    return body.data.map(({ text }) => text);
  }

  /** The friend writes to all of them in turn until it is told to stop; gives what was written to each. */
  async write(going: () => boolean): Promise<string[][]> {
    const written = this.ids.map((): string[] => []);
    for (let n = 0; going(); n = (n + 1) % this.ids.length) {
      const text = `message ${written[n]!.length} to ${n}`;
      const { status } = await this.client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: numberOf(n), text });
      if (status < 300) written[n]!.push(text);
      await sleep(40);
    }
    return written;
  }

  async untilKept(written: string[][]): Promise<void> {
    for (const [n, texts] of written.entries()) {
      await until(`instance ${n} has all`, async () => {
        const kept = new Set(await this.texts(n));
        return texts.every((text) => kept.has(text));
      });
    }
  }
}

/** What must never change by itself, whatever happens to keys. */
async function secretsOf(superuser: Superuser): Promise<unknown> {
  const credentials = await superuser.look('SELECT instance_id, version, revoked_at, ciphertext FROM wa_credentials ORDER BY instance_id');
  const pairings = await superuser.look(`SELECT count(*)::int AS n FROM journal WHERE type LIKE 'connection.pair%'`);
  return { credentials, pairings };
}

const restingSecretsOf = (superuser: Superuser): Promise<unknown> => untilAtRest(() => secretsOf(superuser), 1_000);

describe('the master key is rotated under a fleet that talks', () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-rotation-')), 'master.key');
  let database: TestDatabase;
  let superuser: Superuser;
  let environment: Record<string, string>;
  let fleet: Fleet;
  let before: unknown;
  let written: string[][];

  const give = (...keys: Buffer[]) => {
    fs.writeFileSync(`${file}.next`, keys.map((key) => `${key.toString('base64')}\n`).join(''), { mode: 0o600 });
    fs.renameSync(`${file}.next`, file);
  };
  const startWith = async (...keys: Buffer[]) => {
    give(...keys);
    await fleet.tenure.boot();
  };

  beforeAll(async () => {
    give(old);
    database = await createTestDatabase();
    superuser = new Superuser(database);
    environment = { DATABASE_URL: database.url, TENURE_MASTER_KEY_FILE: file };
    fleet = new Fleet(await TenureProcess.start({ ...environment, TENURE_LOG_LEVEL: 'warn' }));
    await fleet.pair(5);
  }, 60_000);
  afterAll(async () => {
    await fleet.tenure.discard();
    await superuser.end();
    await database.drop();
    fs.rmSync(path.dirname(file), { recursive: true });
  });

  it('killed in the middle it leaves everything readable, and run again it is done; nobody loses a message or a connection', async () => {
    before = await restingSecretsOf(superuser);
    const opened = await superuser.look(`SELECT 1 FROM journal WHERE type = 'connection.opened'`);
    let going = true;
    const writing = fleet.write(() => going);
    give(fresh, old);

    await superuser.tentatively(async (look) => {
      // a row that stays locked keeps the rotation in its middle
      await look(`SELECT 1 FROM instance_payload ORDER BY instance_id LIMIT 1 FOR UPDATE`);
      const rotation = new RunningCommand(['keys', 'rotate'], environment);
      await rotation.untilItSays('in use by somebody else');
      await rotation.kill();
    });
    expect(await keyIds(superuser)).toEqual({ [idOf(old)]: 1, [idOf(fresh)]: 4 });
    for (const n of fleet.ids.keys()) expect((await fleet.texts(n)).length).toBeGreaterThan(0);
    expect(await fleet.client.post('/v1/instances', { name: 'made in the middle' })).toMatchObject({ status: 201 });

    const again = new RunningCommand(['keys', 'rotate'], environment);
    expect({ code: await again.exit(), output: again.output }).toEqual({ code: 0, output: expect.stringContaining('Done: 1 data key moved') });
    expect(await keyIds(superuser)).toEqual({ [idOf(fresh)]: 6 });
    going = false;
    written = await writing;
    expect(Math.min(...written.map(({ length }) => length))).toBeGreaterThan(5);
    await fleet.untilKept(written);
    expect(await superuser.look(`SELECT 1 FROM journal WHERE type = 'connection.opened'`)).toEqual(opened);
    expect(await secretsOf(superuser)).toEqual(before);
  }, 90_000);

  it('afterwards the status says that the old key can go', async () => {
    const { stdout } = await runBuilt('cli', ['keys', 'status'], environment);
    expect(stdout).toContain(`${idOf(fresh)}  current, 6 data keys`);
    expect(stdout).toContain(`${idOf(old)} can be dropped`);
  });

  it('started again with the new key alone, every instance connects without pairing and every message is there', async () => {
    await fleet.tenure.crash();
    give(fresh);
    await fleet.tenure.crash();
    await fleet.untilAllConnected();
    expect(await secretsOf(superuser)).toEqual(before);
    await fleet.untilKept(written);
    expect(await fleet.client.post(`/v1/instances/${fleet.ids[0]}/messages`, { to: FRIEND, type: 'text', text: 'still here' })).toMatchObject({ status: 201 });
  }, 60_000);

  it.each([
    ['another key', [randomBytes(32)], /The master key is not the one this database was encrypted with/],
    ['the old key alone', [old], new RegExp(`The master key ${idOf(old)} was replaced by ${idOf(fresh)} at 2`)],
  ])('started with %s it is refused in words, and nothing is changed', async (_which, keys, said) => {
    await fleet.tenure.stop();
    const rows = await superuser.fingerprint();
    await expect(startWith(...keys)).rejects.toThrow(said);
    expect(await superuser.fingerprint()).toEqual(rows);
    await startWith(fresh);
    await fleet.untilAllConnected();
    expect(await secretsOf(superuser)).toEqual(before);
  }, 60_000);
});

describe('a process that was not given the new key', () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const environment: Record<string, string> = { TENURE_MASTER_KEY: textOf(old), TENURE_LOG_LEVEL: 'error' };
  const operator: Record<string, string> = { TENURE_MASTER_KEY: textOf(fresh, old) };
  let database: TestDatabase;
  let superuser: Superuser;
  let fleet: Fleet;
  let before: unknown;

  beforeAll(async () => {
    database = await createTestDatabase();
    superuser = new Superuser(database);
    environment.DATABASE_URL = operator.DATABASE_URL = database.url;
    fleet = new Fleet(await TenureProcess.start(environment));
    await fleet.pair(2);
    before = await restingSecretsOf(superuser);
  }, 60_000);
  afterAll(async () => {
    await fleet.tenure.discard();
    await superuser.end();
    await database.drop();
  });

  const attempts = async () => (await superuser.look<{ n: number }>('SELECT min(attempts)::int AS n FROM connections'))[0]!.n;
  const epochs = () => superuser.look('SELECT instance_id, owner_epoch FROM wa_credentials ORDER BY instance_id');

  it('holds up a rotation before it has changed anything', async () => {
    const rotation = new RunningCommand(['keys', 'rotate'], operator);
    await rotation.untilItSays('Waiting for');
    await rotation.kill();
    expect(await keyIds(superuser)).toEqual({ [idOf(old)]: 2 });
    expect(await superuser.look('SELECT master_key_id FROM platform_state')).toEqual([{ master_key_id: idOf(old) }]);
  });

  it('when it begins all the same makes no new credentials, changes none, says which key it lacks, and tries again later', async () => {
    expect(await runBuilt('cli', ['keys', 'rotate', '--anyway'], operator)).toMatchObject({ code: 0, stdout: expect.stringContaining('Done: 2 data keys moved') });
    const owned = await epochs();
    for (const n of fleet.ids.keys()) await fleet.client.post('/v1/sandbox/faults', { kind: 'drop', phoneNumber: numberOf(n) });
    await until('each was tried three times', async () => (await attempts()) >= 3);
    for (const id of fleet.ids) {
      expect(fleet.tenure.output).toContain(`${id} cannot be claimed: The data key of ${id} is under the master key ${idOf(fresh)}, which this process does not have`);
      expect((await readInstance(fleet.client, id)).connection).toMatchObject({ state: 'disconnected', reason: 'connection_lost' });
      expect((await fleet.client.get(`/v1/instances/${id}/connection`)).body).not.toHaveProperty('pairing.qr');
    }
    expect(await secretsOf(superuser)).toEqual(before);
    expect(await epochs()).toEqual(owned);
  }, 60_000);

  it('answers 503 for what is sealed, and makes no instance', async () => {
    expectProblem(await fleet.client.get(`/v1/instances/${fleet.ids[0]}/messages`), 503, 'unavailable');
    expectProblem(await fleet.client.post('/v1/instances', { name: 'not now' }), 503, 'unavailable');
    expect(await keyIds(superuser)).toEqual({ [idOf(fresh)]: 2 });
  });

  it('when it is given both reconnects without pairing, and gets what was written meanwhile', async () => {
    await fleet.client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: numberOf(0), text: 'are you there' });
    environment.TENURE_MASTER_KEY = textOf(fresh, old);
    await fleet.tenure.crash();
    await fleet.untilAllConnected();
    expect(await secretsOf(superuser)).toEqual(before);
    await fleet.untilKept([['are you there']]);
  }, 60_000);
});

describe('npm start with its own database', () => {
  it('is rotated by one command while it runs, also by two at once, and goes on with the newest key alone', async () => {
    const fleet = new Fleet(await TenureProcess.start({ TENURE_LOG_LEVEL: 'error' }));
    const file = path.join(fleet.tenure.dataDir, 'master.key');
    const own = { TENURE_DATA_DIR: fleet.tenure.dataDir };
    try {
      await fleet.pair(1);
      expect(await runBuilt('cli', ['keys', 'rotate'], own)).toMatchObject({ code: 0, stdout: expect.stringContaining('Done: 1 data key moved') });
      const both = await Promise.all([runBuilt('cli', ['keys', 'rotate'], own), runBuilt('cli', ['keys', 'rotate'], own)]);
      expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual([{ code: 0, stderr: '' }, { code: 0, stderr: '' }]);
      const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
      expect(lines.length).toBeGreaterThan(2);
      fs.writeFileSync(file, `${lines[0]}\n`);
      await fleet.tenure.crash();
      await fleet.untilAllConnected();
      expect(await fleet.client.post(`/v1/instances/${fleet.ids[0]}/messages`, { to: FRIEND, type: 'text', text: 'still here' })).toMatchObject({ status: 201 });
      expect((await fleet.client.get<{ data: { type: string }[] }>(`/v1/instances/${fleet.ids[0]}/events?limit=200`)).body.data.filter(({ type }) => type === 'connection.paired')).toHaveLength(1);
    } finally {
      await fleet.tenure.discard();
    }
  }, 120_000);
});
