import { type KeyId, uuidOf } from '#libs/contracts';
import { enterPlatformGate } from '#libs/platform';
import { ApiClient, expectProblem, TestGround, type TestTenant, until } from '#libs/testing';
import type { ApiKeyDto, NewApiKeyDto } from './api-key.dto.js';
import { OperatorKeys } from './operator-keys.js';

describe('tenants and their keys', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let globex: TestTenant;

  beforeAll(async () => {
    ground = await TestGround.start();
    acme = await ground.tenant('Acme');
    globex = await ground.tenant('Globex');
  });
  afterAll(() => ground.close());

  const newKey = async (client: ApiClient, fields: object = {}): Promise<NewApiKeyDto> => {
    const answer = await client.post<NewApiKeyDto>('/v1/api-keys', { name: 'k', environment: 'test', scopes: ['*'], ...fields });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  };
  const keysOf = async (client: ApiClient, query = ''): Promise<ApiKeyDto[]> => (await client.get<{ data: ApiKeyDto[] }>(`/v1/api-keys?${query}`)).body.data;

  it('are created, read and listed by the operator, oldest first', async () => {
    const { status, body } = await ground.operator.post<{ id: string }>('/v1/tenants', { name: '  Initech ' });
    const quotas = { instances: 1_000, apiKeys: 50, requestsPerMinute: 1_000_000 };
    const tenant = { id: expect.stringMatching(/^ten_/), name: 'Initech', quotas, suspendedAt: null, leavingSince: null, deletedAt: null, createdAt: expect.any(String), version: 1 };
    expect({ status, body }).toEqual({ status: 201, body: tenant });
    expect((await ground.operator.get(`/v1/tenants/${body.id}`)).body).toEqual(body);
    const page = async (query: string) => (await ground.operator.get<{ data: { id: string }[]; nextCursor: string | null }>(`/v1/tenants?${query}`)).body;
    const first = await page('limit=2');
    const rest = await page(`limit=2&cursor=${first.nextCursor}`);
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual([acme.id, globex.id, body.id]);
    expect(rest.nextCursor).toBeNull();
    for (const name of ['', '  ', 'x'.repeat(101), 7, null]) expectProblem(await ground.operator.post('/v1/tenants', { name }), 422, 'invalid-request');
    expectProblem(await ground.operator.get('/v1/tenants/ten_01h455vb4pex5vsknk084sn02q'), 404, 'tenant-not-found');
  });

  it('are suspended once nothing of them is being removed that has not seen it', async () => {
    const { id } = await ground.tenant('Hooli');
    let answered = false;
    const removal = ground.database.forTenant(id, async (tx) => {
      await enterPlatformGate(tx);
      const answer = ground.operator.post(`/v1/tenants/${id}/suspend`).finally(() => (answered = true));
      await until('it waits', async () => (await ground.superuser.look(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length > 0);
      expect({ answered, suspended: await ground.superuser.look('SELECT suspended_at FROM tenants WHERE id = $1', uuidOf(id)) }).toEqual({ answered: false, suspended: [{ suspended_at: null }] });
      return { answer };
    });
    expect(await (await removal).answer).toMatchObject({ status: 200, body: { suspendedAt: expect.any(String) } });
  });

  it('are renamed and given other quotas; null goes back to the default', async () => {
    const { id } = await ground.tenant('Vandelay');
    const patch = async (body: object) => (await ground.operator.patch<{ name: string; version: number; quotas: object }>(`/v1/tenants/${id}`, body)).body;
    expect(await patch({ name: ' Vandelay Industries ', quotas: { instances: 3 } })).toMatchObject({ name: 'Vandelay Industries', version: 2, quotas: { instances: 3, apiKeys: 50 } });
    expect(await patch({ quotas: { instances: null, apiKeys: 7 } })).toMatchObject({ version: 3, quotas: { instances: 1_000, apiKeys: 7 } });
    expect(await patch({ name: 'Vandelay Industries' })).toMatchObject({ version: 3 });
    for (const quotas of [{ instances: -1 }, { instances: '5' }, { instances: 1.5 }, { apiKeys: 0 }, { colour: 1 }, 7, null]) {
      expectProblem(await ground.operator.patch(`/v1/tenants/${id}`, { quotas }), 422, 'invalid-request');
    }
    expectProblem(await acme.client.patch(`/v1/tenants/${id}`, { name: 'mine' }), 403, 'forbidden');
    expectProblem(await ground.operator.patch('/v1/tenants/ten_01h455vb4pex5vsknk084sn02q', { name: 'x' }), 404, 'tenant-not-found');
  });

  it('a key is shown once, and only its hash is stored', async () => {
    const key = await newKey(acme.client, { name: 'shown once' });
    expect(key.key).toMatch(/^tnr_test_[\w-]{43}$/);
    expect(key.key.startsWith(key.prefix)).toBe(true);
    const listed = (await keysOf(acme.client)).find(({ id }) => id === key.id);
    const { key: _secret, ...rest } = key;
    expect(listed).toEqual(rest);
    const rows = await ground.superuser.look<{ row: string }>(`SELECT k::text AS row FROM api_keys k UNION ALL SELECT j::text FROM journal j UNION ALL SELECT b::text FROM pgboss.job b`);
    expect(rows.length).toBeGreaterThan(3);
    const secret = key.key.slice(key.prefix.length);
    for (const form of [secret, Buffer.from(key.key).toString('hex'), Buffer.from(secret).toString('hex')]) {
      expect(rows.filter(({ row }) => row.includes(form))).toEqual([]);
    }
  });

  it('a revoked key ends at once and for ever; revoking it again finds none', async () => {
    const key = await newKey(acme.client);
    const client = new ApiClient(ground.url, key.key);
    expect((await client.get('/v1/instances')).status).toBe(200);
    expect((await acme.client.delete(`/v1/api-keys/${key.id}`)).status).toBe(204);
    expectProblem(await client.get('/v1/instances'), 401, 'unauthorized');
    expectProblem(await acme.client.delete(`/v1/api-keys/${key.id}`), 404, 'api-key-not-found');
    expect((await keysOf(acme.client)).find(({ id }) => id === key.id)!.revokedAt).not.toBeNull();
  });

  it('a key ends when it expires', async () => {
    const { id, key } = await newKey(acme.client, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const client = new ApiClient(ground.url, key);
    expect((await client.get('/v1/instances')).status).toBe(200);
    await ground.superuser.look(`UPDATE api_keys SET expires_at = clock_timestamp() WHERE id = $1`, uuidOf(id as KeyId));
    expectProblem(await client.get('/v1/instances'), 401, 'unauthorized');
  });

  it('a key may do what its scopes say and no more', async () => {
    const reader = await ground.client(acme.id, 'test', ['instances:read']);
    expect((await reader.get('/v1/instances')).status).toBe(200);
    expectProblem(await reader.post('/v1/instances', { name: 'x' }), 403, 'forbidden');
    for (const answer of [await reader.get('/v1/api-keys'), await reader.post('/v1/api-keys', { name: 'k', environment: 'test', scopes: ['*'] })]) {
      expectProblem(answer, 403, 'forbidden');
    }
  });

  it('a key gives only what it has: its scopes, its environment, its tenant', async () => {
    const writer = await ground.client(acme.id, 'test', ['keys:write', 'instances:read']);
    const request = { name: 'k', environment: 'test', scopes: ['instances:read'] };
    expect((await writer.post('/v1/api-keys', request)).status).toBe(201);
    expectProblem(await writer.post('/v1/api-keys', { ...request, scopes: ['instances:write'] }), 403, 'scope-beyond-own');
    expectProblem(await writer.post('/v1/api-keys', { ...request, scopes: ['*'] }), 403, 'scope-beyond-own');
    expectProblem(await writer.post('/v1/api-keys', { ...request, environment: 'live' }), 403, 'scope-beyond-own');
    expectProblem(await writer.post('/v1/api-keys', { ...request, tenantId: globex.id }), 403, 'forbidden');
  });

  it("a stranger's key cannot be seen or revoked", async () => {
    const key = await newKey(globex.client);
    expect((await keysOf(acme.client, 'limit=200')).map(({ tenantId }) => tenantId)).not.toContain(globex.id);
    expectProblem(await acme.client.delete(`/v1/api-keys/${key.id}`), 404, 'api-key-not-found');
    expectProblem(await acme.client.get(`/v1/api-keys?tenantId=${globex.id}`), 403, 'forbidden');
    expect((await new ApiClient(ground.url, key.key).get('/v1/instances')).status).toBe(200);
  });

  it('a test key sees and revokes test keys only, a live key live ones; the operator all', async () => {
    const { id, client } = await ground.tenant('Umbrella');
    const live = await ground.client(id, 'live');
    const made = await ground.operator.post<{ id: string }>('/v1/api-keys', { tenantId: id, name: 'production', environment: 'live', scopes: ['*'] });
    expect(new Set((await keysOf(client, 'limit=200')).map(({ environment }) => environment))).toEqual(new Set(['test']));
    expect(new Set((await keysOf(live, 'limit=200')).map(({ environment }) => environment))).toEqual(new Set(['live']));
    expect(await keysOf(ground.operator, `limit=200&tenantId=${id}`)).toHaveLength(3);
    expectProblem(await client.delete(`/v1/api-keys/${made.body.id}`), 404, 'api-key-not-found');
    expect((await live.delete(`/v1/api-keys/${made.body.id}`)).status).toBe(204);
  });

  it('a key is listed once over all pages', async () => {
    const { id, client } = await ground.tenant('Hooli');
    for (let n = 0; n < 4; n++) await newKey(client, { name: `k${n}` });
    const page = async (query: string) => (await client.get<{ data: ApiKeyDto[]; nextCursor: string | null }>(`/v1/api-keys?${query}`)).body;
    const first = await page('limit=3');
    const rest = await page(`limit=3&cursor=${first.nextCursor}`);
    expect([...first.data, ...rest.data].map(({ name }) => name)).toEqual(['test', 'k0', 'k1', 'k2', 'k3']);
    expect(await keysOf(ground.operator, `tenantId=${id}`)).toEqual([...first.data, ...rest.data]);
  });

  it.each([
    ['no tenant', { tenantId: undefined }, '/tenantId'],
    ['a tenant that is no id', { tenantId: 'Acme' }, '/tenantId'],
    ['no scopes', { scopes: [] }, '/scopes'],
    ['a scope twice', { scopes: ['*', '*'] }, '/scopes'],
    ['an unknown scope', { scopes: ['everything'] }, '/scopes'],
    ['an unknown environment', { environment: 'prod' }, '/environment'],
    ['an end without a zone', { expiresAt: '2027-01-01T00:00:00' }, '/expiresAt'],
    ['an end that is only a year', { expiresAt: '2027' }, '/expiresAt'],
    ['an end in a week', { expiresAt: '2027-W01' }, '/expiresAt'],
    ['an end on 30 February', { expiresAt: '2027-02-30T00:00:00Z' }, '/expiresAt'],
    ['an end in the year 0', { expiresAt: '0000-01-01T00:00:00Z' }, '/expiresAt'],
    ['an end that is null', { expiresAt: null }, '/expiresAt'],
  ])('a key is not made with %s', async (_what, fields, pointer) => {
    const answer = await ground.operator.post('/v1/api-keys', { tenantId: acme.id, name: 'k', environment: 'test', scopes: ['*'], ...fields });
    expectProblem(answer, 422, 'invalid-request');
    expect((answer.body.errors as { pointer: string }[])[0]!.pointer).toBe(pointer);
  });

  it('an unknown tenant is not found by the operator either', async () => {
    const nobody = 'ten_01h455vb4pex5vsknk084sn02q';
    expectProblem(await ground.operator.post('/v1/api-keys', { tenantId: nobody, name: 'k', environment: 'test', scopes: ['*'] }), 404, 'tenant-not-found');
    expectProblem(await ground.operator.get(`/v1/api-keys?tenantId=${nobody}`), 404, 'tenant-not-found');
  });

  it('the operator key of the settings replaces every other; without one the first start makes one, once', async () => {
    const keys = ground.get(OperatorKeys);
    const count = async () => (await ground.superuser.look('SELECT 1 FROM operator_keys')).length;
    expect(await keys.ensure()).toBeNull();
    expect(await count()).toBe(1);
    const unset = new OperatorKeys(ground.database, {});
    expect(await unset.ensure()).toBeNull();
    await ground.superuser.look('DELETE FROM operator_keys');
    const made = (await unset.ensure())!;
    expect(made).toMatch(/^tnr_op_/);
    expect(await unset.ensure()).toBeNull();
    expect((await new ApiClient(ground.url, made).get('/v1/tenants')).status).toBe(200);
    await keys.ensure();
    expectProblem(await new ApiClient(ground.url, made).get('/v1/tenants'), 401, 'unauthorized');
    expect((await ground.operator.get('/v1/tenants')).status).toBe(200);
    expect(await count()).toBe(1);
  });
});
