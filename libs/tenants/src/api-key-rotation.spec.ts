import { type KeyId, uuidOf } from '#libs/contracts';
import { ApiClient, expectProblem, TestGround, type TestTenant, until } from '#libs/testing';
import type { ApiKeyDto, NewApiKeyDto } from './api-key.dto.js';

describe('a key', () => {
  let ground: TestGround;
  let acme: TestTenant;
  beforeAll(async () => {
    ground = await TestGround.start();
    acme = await ground.tenant();
  });
  afterAll(() => ground.close());

  const newKey = async (fields: object = {}): Promise<NewApiKeyDto> =>
    (await acme.client.post<NewApiKeyDto>('/v1/api-keys', { name: 'k', environment: 'test', scopes: ['instances:read'], ...fields })).body;
  const works = async ({ key }: NewApiKeyDto) => (await new ApiClient(ground.url, key).get('/v1/instances')).status === 200;
  const rotate = (id: string, body: object = {}, client = acme.client) => client.post<NewApiKeyDto>(`/v1/api-keys/${id}/rotate`, body);
  const listed = async (id: string) =>
    (await acme.client.get<{ data: ApiKeyDto[] }>('/v1/api-keys?limit=200')).body.data.find((key) => key.id === id)!;

  it('is replaced by one with the same rights, and both work for a day', async () => {
    const old = await newKey({ name: 'deploy' });
    const { status, body: fresh } = await rotate(old.id);
    expect(status).toBe(201);
    expect(fresh).toMatchObject({ name: 'deploy', environment: 'test', scopes: ['instances:read'], expiresAt: null, lastUsedAt: null });
    expect([fresh.id === old.id, fresh.key === old.key]).toEqual([false, false]);
    expect([await works(old), await works(fresh)]).toEqual([true, true]);
    const ends = new Date((await listed(old.id)).expiresAt!).getTime() - Date.now();
    expect(ends).toBeGreaterThan(86_000_000);
    expect(ends).toBeLessThan(86_500_000);
    const [event] = await ground.superuser.look<{ data: object }>(`SELECT data FROM journal WHERE type = 'api_key.rotated' AND data ->> 'keyId' = $1`, old.id);
    expect(event!.data).toMatchObject({ keyId: old.id, newKeyId: fresh.id });
  });

  it('is replaced at once when no overlap is wanted', async () => {
    const old = await newKey();
    const { body: fresh } = await rotate(old.id, { overlapSeconds: 0 });
    expect([await works(old), await works(fresh)]).toEqual([false, true]);
    expectProblem(await rotate(old.id), 404, 'api-key-not-found');
  });

  it('that ends earlier by itself is not kept alive by a rotation', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const old = await newKey({ expiresAt });
    const { body: fresh } = await rotate(old.id);
    expect((await listed(old.id)).expiresAt).toBe(expiresAt);
    expect(fresh.expiresAt).toBe(expiresAt);
  });

  it('that is revoked, expired, unknown, foreign or beyond the own rights is not replaced', async () => {
    const revoked = await newKey();
    await acme.client.delete(`/v1/api-keys/${revoked.id}`);
    const expired = await newKey({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
    await ground.superuser.look('UPDATE api_keys SET expires_at = clock_timestamp() WHERE id = $1', uuidOf(expired.id as KeyId));
    for (const { id } of [revoked, expired, { id: 'key_01h455vb4pex5vsknk084sn02q' }, { id: 'nonsense' }]) {
      expectProblem(await rotate(id), 404, 'api-key-not-found');
    }
    const fine = await newKey({ scopes: ['*'] });
    expectProblem(await rotate(fine.id, {}, (await ground.tenant('Globex')).client), 404, 'api-key-not-found');
    expectProblem(await rotate(fine.id, {}, await ground.client(acme.id, 'test', ['keys:write'])), 403, 'scope-beyond-own');
    expectProblem(await rotate(fine.id, {}, await ground.client(acme.id, 'live')), 404, 'api-key-not-found');
    expect(await works(fine)).toBe(true);
    for (const overlapSeconds of [-1, 2_592_001, 1.5, '60', null]) expectProblem(await rotate(fine.id, { overlapSeconds }), 422, 'invalid-request');
  });

  it('shows when it was used last, to the minute', async () => {
    const key = await newKey();
    expect(key.lastUsedAt).toBeNull();
    await works(key);
    const first = (await until('the use is noted', async () => (await listed(key.id)).lastUsedAt)) as string;
    expect(Math.abs(Date.now() - new Date(first).getTime())).toBeLessThan(30_000);
    await works(key);
    await works(key);
    expect((await listed(key.id)).lastUsedAt).toBe(first);
    await ground.superuser.look(`UPDATE api_keys SET last_used_at = last_used_at - interval '2 minutes' WHERE id = $1`, uuidOf(key.id as KeyId));
    await works(key);
    await until('the use is noted again', async () => ((await listed(key.id)).lastUsedAt ?? '') >= first);
  });
});
