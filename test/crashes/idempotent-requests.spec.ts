import { ApiClient, createTestDatabase, Superuser, type TestDatabase } from '#libs/testing';
import { CuttingProxy } from '../setup/cutting-proxy.js';
import { TenureProcess } from '../setup/tenure-process.js';

/** kill -9 in the worst moments of a request: its effect is there once or not at all, and a repetition learns the same. */
describe('a request with an Idempotency-Key whose process dies', () => {
  let store: TestDatabase;
  let superuser: Superuser;
  let proxy: CuttingProxy;
  let tenure: TenureProcess;
  let key = '';

  beforeAll(async () => {
    store = await createTestDatabase();
    superuser = new Superuser(store);
    const through = await CuttingProxy.start(store.url, /INSERT INTO idempotent_requests|UPDATE idempotent_requests SET reply/);
    proxy = through.proxy;
    tenure = await TenureProcess.start({ DATABASE_URL: through.url });
    const operator = new ApiClient(tenure.url, tenure.operatorKey);
    const { body: tenant } = await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' });
    const { body } = await operator.post<{ key: string }>('/v1/api-keys', { tenantId: tenant.id, name: 'k', environment: 'test', scopes: ['*'] });
    key = body.key;
  }, 60_000);
  afterAll(async () => {
    await tenure.discard();
    proxy.stop();
    await superuser.end();
    await store.drop();
  });

  const create = (name: string) => new ApiClient(tenure.url, key).send<{ id: string }>('POST', '/v1/instances', { name }, { 'idempotency-key': name.replaceAll(' ', '-') });
  const made = async (name: string) => (await superuser.look(`SELECT 1 FROM instances WHERE name = $1`, name)).length;

  it.each([
    ['before the key is on record', 1, 'before', 0],
    ['when the key is on record and nothing else', 1, 'after', 0],
    ['when all is done but the reply', 2, 'before', 0],
    ['when all is done but the commit', 2, 'after', 0],
    ['between commit and answer', 2, 'committed', 1],
  ] as const)('%s', async (name, statement, moment, left) => {
    let killed: Promise<void> | undefined;
    proxy.cutAt(statement, moment, () => {
      killed = tenure.crash();
    });
    await expect(create(name)).rejects.toThrow();
    proxy.cutAt(0, 'before');
    await killed;
    expect(await made(name)).toBe(left);
    const again = await create(name);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, left ? 'true' : null]);
    expect((await create(name)).body).toEqual(again.body);
    expect(await made(name)).toBe(1);
  }, 60_000);
});
