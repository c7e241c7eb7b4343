import { Superuser } from '#libs/testing';
import { readDocument } from '../document/read-document.js';
import { furnish, type Side } from '../isolation/belongings.js';
import { secretsOf } from '../isolation/foreign-values.js';
import { IsolationWalk } from '../isolation/isolation-walk.js';
import { readInstance } from '../setup/paired-instance.js';
import { TestApplication } from '../setup/test-application.js';
import { standingRows, untilQuiet } from '../setup/until-quiet.js';

describe('three tenants, each with some of everything in both environments', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let sides: Side[];
  let document: Awaited<ReturnType<typeof readDocument>>;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    document = await readDocument(test);
    const tenants = await Promise.all([furnish(test, 'alpha', '5511911110001', 1), furnish(test, 'bravo', '5511922220002', 2), furnish(test, 'gamma', '5511933330003', 3)]);
    sides = tenants.flat();
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const walks = () => sides.map((caller) => new IsolationWalk(document, caller, sides.filter((side) => side !== caller)));
  /** Every side at once; each makes more requests than `least`. */
  const all = (go: (walk: IsolationWalk) => Promise<void>, least: number) =>
    Promise.all(
      walks().map(async (walk) => {
        await go(walk);
        expect(walk.leaks).toEqual([]);
        expect(walk.requests).toBeGreaterThan(least);
      }),
    );
  it('cannot tell what belongs to another tenant or environment from what does not exist, and change nothing of it', async () => {
    await untilQuiet(superuser);
    const before = await standingRows(superuser);
    await all((walk) => walk.tryPaths(), 100);
    expect(await standingRows(superuser)).toEqual(before);
  }, 180_000);

  it('find nothing of others by any filter', async () => {
    await all((walk) => walk.tryQueries(), 100);
  });

  it('find nothing of others by the cursors of their lists', async () => {
    await all((walk) => walk.tryCursors(), 10);
  });

  it('reach nothing of others by what they write into a body, nor by an idempotency key that others have used', async () => {
    const [alpha, ...others] = sides as [Side, ...Side[]];
    const theirs = () => Promise.all(others.filter(({ tenantId }) => tenantId !== alpha.tenantId).map(({ tenantId }) => superuser.fingerprint(tenantId)));
    await untilQuiet(superuser);
    const before = await theirs();
    const walk = new IsolationWalk(document, alpha, others);
    await walk.tryBodies();
    expect(walk.leaks).toEqual([]);
    expect(await theirs()).toEqual(before);
    for (const { client, instances, phones } of others.filter((side) => side.phones.length > 0)) {
      expect([phones[0], (await readInstance(client, instances[0]!)).connection.state]).toEqual([phones[0], 'connected']);
    }
    await walk.tryIdempotencyKeys();
    expect(walk.leaks).toEqual([]);
  });
});

/** Every query names its tenant as well, so what row security alone hides is the other environment of the same tenant. */
describe('with row security off', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let leaks: string[] = [];
  let othersSecrets: string[] = [];

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    const sides = (await Promise.all([furnish(test, 'alpha', '5511911110001', 1), furnish(test, 'bravo', '5511922220002', 2)])).flat();
    const [caller, ...strangers] = sides as [Side, ...Side[]];
    othersSecrets = secretsOf(caller, strangers.filter(({ tenantId }) => tenantId !== caller.tenantId));
    const tables = await superuser.look<{ name: string }>('SELECT oid::regclass::text AS name FROM pg_class WHERE relrowsecurity');
    for (const { name } of tables) await superuser.look(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`);
    const walk = new IsolationWalk(await readDocument(test), caller, strangers);
    await walk.tryQueries();
    await walk.tryPaths();
    leaks = walk.leaks;
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  it.each(['GET /v1/instances ', 'GET /v1/events ', 'GET /v1/api-keys ', 'GET /v1/instances/{id} ', 'GET /v1/instances/{id}/events ', 'GET /v1/instances/{id}/messages ', 'GET /v1/instances/{id}/retention ', 'PATCH /v1/instances/{id} ', 'POST /v1/instances/{id}/start ', 'DELETE /v1/api-keys/{id} '])(
    'the same walk finds a leak at %s',
    (operation) => {
      expect(leaks.filter((leak) => leak.includes(`: ${operation}`))).not.toEqual([]);
    },
  );

  it('what it finds is the other environment: of other tenants it finds nothing even so', () => {
    expect(othersSecrets.length).toBeGreaterThan(10);
    expect(leaks.filter((leak) => othersSecrets.some((secret) => leak.includes(secret)))).toEqual([]);
  });
});
