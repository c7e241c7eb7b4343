import { setTimeout as sleep } from 'node:timers/promises';
import { newId, uuidOf } from '#libs/contracts';
import { Draining } from '#libs/platform';
import { Superuser, until } from '#libs/testing';
import pg from 'pg';
import { CuttingProxy } from '../setup/cutting-proxy.js';
import { TestApplication } from '../setup/test-application.js';

interface Report {
  status: string;
  details: Record<string, { status: string; message?: string }>;
}
interface Answer {
  status: number;
  down: string[];
  details: Report['details'];
}
const PARTS = ['database', 'migrations', 'node_lease', 'process', 'sealer', 'sequencer'];
const FROM_OUTSIDE = { 'x-forwarded-for': '203.0.113.7' };

/** Each part is broken for real, named while it is, and gone from the answer when it is whole again. */
describe('readiness', () => {
  let test: TestApplication;
  let proxy: CuttingProxy;
  let superuser: Superuser;

  beforeAll(async () => {
    test = await TestApplication.start({
      databaseUrl: async ({ url }) => {
        const through = await CuttingProxy.start(url, /never/);
        proxy = through.proxy;
        return through.url;
      },
    });
    superuser = new Superuser(test.database);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
    proxy.stop();
  });

  const ask = async (headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(`${test.url}/readyz`, { headers });
    const { details } = (await response.json()) as Report;
    const down = Object.keys(details).filter((part) => details[part]!.status !== 'up');
    return { status: response.status, down: down.sort(), details };
  };
  const untilDown = (...parts: string[]): Promise<Answer> =>
    until(`down: ${parts.join()}`, async () => {
      const answer = await ask();
      return parts.every((part) => answer.down.includes(part)) && answer;
    });
  const untilReady = () => until('ready', async () => (await ask()).status === 200);

  it('names every part, and 200 says that all of them are up', async () => {
    const { status, down, details } = await ask();
    expect({ status, down, parts: Object.keys(details).sort() }).toEqual({ status: 200, down: [], parts: PARTS });
  });

  it('stays when a younger build has added a migration: this process goes on until it is replaced', async () => {
    await superuser.look(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('x', 'y', '29991231000000_future', now(), 1)`,
    );
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect(await ask()).toMatchObject({ status: 200, down: [] });
    await superuser.look(`DELETE FROM _prisma_migrations WHERE id = 'x'`);
    await untilReady();
  });

  it('is lost with a migration that is gone', async () => {
    const [last] = await superuser.look<{ id: string; migration_name: string }>('SELECT id, migration_name FROM _prisma_migrations ORDER BY migration_name DESC LIMIT 1');
    await superuser.look('UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = $1', last!.id);
    const { status, down, details } = await untilDown('migrations');
    expect({ status, down }).toEqual({ status: 503, down: ['migrations'] });
    expect(details.migrations!.message).toMatch(new RegExp(`${last!.migration_name}.*is missing`));
    await superuser.look('UPDATE _prisma_migrations SET rolled_back_at = NULL WHERE id = $1', last!.id);
    await untilReady();
  });

  it('is lost with entries that get no position', async () => {
    const tenant = await test.tenant('Blocked');
    await until('all has its position', async () => (await superuser.look('SELECT 1 FROM journal_pending')).length === 0);
    const holder = new pg.Client({ connectionString: test.database.ownerUrl });
    await holder.connect();
    try {
      await holder.query(`BEGIN; SET LOCAL ROLE tenure_platform`);
      const head = await holder.query('SELECT tenant_id FROM journal_heads WHERE tenant_id = $1 FOR UPDATE', [uuidOf(tenant.id as `ten_${string}`)]);
      expect(head.rowCount).toBe(1);
      await tenant.client.post('/v1/instances', { name: 'shop' });
      await superuser.look('UPDATE journal_pending SET event_id = $1 WHERE tenant_id = $2', madeMinutesAgo(5), uuidOf(tenant.id as `ten_${string}`));
      const { status, down, details } = await untilDown('sequencer');
      expect({ status, down }).toEqual({ status: 503, down: ['sequencer'] });
      expect(details.sequencer!.message).toMatch(/has waited for its position for (299|30\d) s/);
    } finally {
      await holder.query('ROLLBACK');
      await holder.end();
    }
    await untilReady();
  });

  it('is lost with the lease, until the worker has a new one', async () => {
    await superuser.tentatively(async (look) => {
      // nobody can renew a lease or take a new one
      await look('LOCK TABLE nodes IN SHARE MODE');
      const { status, down, details } = await untilDown('node_lease');
      expect({ status, down }).toEqual({ status: 503, down: ['node_lease'] });
      expect(details.node_lease!.message).toMatch(/holds no lease/);
    });
    await untilReady();
  });

  it('is lost with the database, which is named whatever else goes with it, and comes back with it', async () => {
    proxy.block();
    const { status, details } = await untilDown('database');
    expect(status).toBe(503);
    expect(details.database!.message).toMatch(/^The database does not answer/);
    expect(details.migrations!.status).toBe('up');
    proxy.unblock();
    await untilReady();
  });

  it('tells a stranger which part is down, and not why', async () => {
    await superuser.look(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_policy'`);
    await untilDown('migrations');
    const stranger = await ask(FROM_OUTSIDE);
    expect(stranger.status).toBe(503);
    expect(stranger.details.migrations).toEqual({ status: 'down' });
    expect(Object.keys(stranger.details).sort()).toEqual(PARTS);
    const withWrongKey = await ask({ ...FROM_OUTSIDE, authorization: 'Bearer tnr_op_wrongwrongwrongwrongwrong' });
    expect(withWrongKey).toEqual(stranger);
    const operator = await test.operator.get<Report>('/readyz', FROM_OUTSIDE);
    expect(operator.body.details.migrations!.message).toMatch(/_policy \([0-9a-f]{8}\) is missing/);
    await superuser.look(`UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL`);
    await untilReady();
  });

  it('is given up for good by a process that is about to stop, while it still answers', async () => {
    test.get(Draining).begin();
    const { status, down, details } = await ask();
    expect({ status, down }).toEqual({ status: 503, down: ['process'] });
    expect(details.process!.message).toBe('The process is about to stop.');
    expect((await fetch(`${test.url}/healthz`)).status).toBe(200);
    await sleep(1_000);
    expect((await ask()).status).toBe(503);
  });
});

/** The id of an event of then: its first 48 bits are the time. */
function madeMinutesAgo(minutes: number): string {
  const time = (Date.now() - minutes * 60_000).toString(16).padStart(12, '0');
  const rest = uuidOf(newId('evt')).slice(13);
  return `${time.slice(0, 8)}-${time.slice(8)}${rest}`;
}
