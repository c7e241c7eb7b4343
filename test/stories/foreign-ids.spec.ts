import { newId } from '#libs/contracts';
import { type ApiClient, Superuser } from '#libs/testing';
import { TestApplication } from '../setup/test-application.js';

interface Operation {
  method: string;
  path: string;
}

/** Bodies that are valid, so that the id alone decides. */
const BODIES: Record<string, unknown> = {
  'PATCH /v1/instances/{id}': { name: 'mine now' },
  'POST /v1/instances/{id}/pairing-code': { phoneNumber: '5511999990001' },
  'POST /v1/instances/{id}/messages': { to: '5511999990001', type: 'text', text: 'hi' },
};

describe('an id of another tenant', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let foreign = '';
  let strangers: [string, ApiClient][] = [];
  let operations: Operation[] = [];

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    const owner = await test.tenant('owner');
    foreign = (await owner.client.post<{ id: string }>('/v1/instances', { name: 'shop' })).body.id;
    const other = await test.tenant('other');
    strangers = [
      ['another tenant', other.client],
      ['the other environment', await test.client(owner.id, 'live')],
    ];
    const { body } = await test.operator.get<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
    operations = Object.entries(body.paths)
      .filter(([path]) => path.startsWith('/v1/instances/{id}'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })));
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const call = (client: ApiClient, { method, path }: Operation, id: string) =>
    client.send<{ code: string; detail: string }>(method, path.replace('{id}', id), method === 'GET' ? undefined : (BODIES[`${method} ${path}`] ?? {}));

  /** All but what beats by itself. */
  const rows = async () => {
    const beating = ['public.nodes', 'public.platform_state', 'public.retention_walk'];
    return Object.entries(await superuser.fingerprint()).filter(([table]) => !beating.includes(table));
  };

  it('is on many routes', () => {
    expect(operations.length).toBeGreaterThan(10);
  });

  it('behaves on every one of them exactly like one that does not exist, and changes no row', async () => {
    const before = await rows();
    for (const [who, client] of strangers) {
      for (const operation of operations) {
        const [theirs, nobodys] = [await call(client, operation, foreign), await call(client, operation, newId('ins'))];
        const what = `${who}: ${operation.method} ${operation.path}`;
        expect([what, theirs.status, theirs.body.code, theirs.body.detail]).toEqual([what, 404, nobodys.body.code, nobodys.body.detail]);
      }
    }
    expect(await rows()).toEqual(before);
  });
});
