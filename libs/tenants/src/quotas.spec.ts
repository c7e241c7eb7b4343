import fc from 'fast-check';
import { type Quotas, uuidOf } from '#libs/contracts';
import { type ApiClient, expectProblem, TestGround } from '#libs/testing';
import type { MeDto } from './me.dto.js';
import { patchQuotas, type QuotaPatch, quotasOf } from './tenant-quotas.js';

describe('the quotas of a tenant', () => {
  const amount = fc.integer({ min: 1, max: 10_000 });
  const overrides = fc.record({ instances: amount, apiKeys: amount, requestsPerMinute: amount }, { requiredKeys: [] });
  const patches = fc.record({ instances: fc.option(amount), apiKeys: fc.option(amount), requestsPerMinute: fc.option(amount) }, { requiredKeys: [] });

  it('are what was set last, and the default where nothing or null was', () => {
    const rule = (before: Partial<Quotas>, patch: QuotaPatch) => {
      const after = quotasOf(patchQuotas(before, patch), 600);
      const defaults = quotasOf({}, 600);
      for (const name of ['instances', 'apiKeys', 'requestsPerMinute'] as const) {
        const expected = patch[name] === undefined ? (before[name] ?? defaults[name]) : (patch[name] ?? defaults[name]);
        expect(after[name]).toBe(expected);
      }
    };
    fc.assert(fc.property(overrides, patches, rule));
  });
});

describe('a tenant at its quota', () => {
  let ground: TestGround;
  beforeAll(async () => {
    ground = await TestGround.start();
  });
  afterAll(() => ground.close());

  const tenant = async (quotas: object): Promise<{ id: string; client: ApiClient }> => {
    const made = await ground.tenant();
    await ground.operator.patch(`/v1/tenants/${made.id}`, { quotas });
    return made;
  };
  const create = (client: ApiClient, name: string) => client.post<{ id: string; limit: number }>('/v1/instances', { name });
  const counted = async (id: string) => {
    const [row] = await ground.superuser.look<{ used: number; real: number }>(
      `SELECT used, (SELECT count(*)::int FROM instances WHERE tenant_id = $1 AND lifecycle IN ('active', 'purge_scheduled')) AS real
       FROM tenant_usage WHERE tenant_id = $1`,
      uuidOf(id as 'ten_x'),
    );
    return row;
  };

  it('makes no further instance, whichever environment they are of, and nothing is left of the attempt', async () => {
    const { id, client } = await tenant({ instances: 2 });
    const live = await ground.client(id, 'live');
    expect((await create(client, 'one')).status).toBe(201);
    expect((await create(live, 'two')).status).toBe(201);
    const before = await ground.rowsAtRest();
    const refused = await create(client, 'three');
    expectProblem(refused, 403, 'quota-exceeded');
    expect(refused.body).toMatchObject({ quota: 'instances', limit: 2 });
    expect(await ground.rowsAtRest()).toEqual(before);
    expect(await counted(id)).toEqual({ used: 2, real: 2 });
  });

  it('makes exactly as many as it may, however many ask at once', async () => {
    const { id, client } = await tenant({ instances: 5 });
    const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => create(client, `race ${n}`)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(11);
    expect(await counted(id)).toEqual({ used: 5, real: 5 });
  });

  it('keeps what it has when the quota is lowered', async () => {
    const { id, client } = await tenant({ instances: 2 });
    await create(client, 'one');
    await create(client, 'two');
    await ground.operator.patch(`/v1/tenants/${id}`, { quotas: { instances: 0 } });
    expect((await client.get<{ data: unknown[] }>('/v1/instances')).body.data).toHaveLength(2);
    expectProblem(await create(client, 'three'), 403, 'quota-exceeded');
  });

  it('makes no further key of that environment until one is revoked; it can still rotate each', async () => {
    const { client } = await tenant({ apiKeys: 2 });
    const make = () => client.post<{ id: string }>('/v1/api-keys', { name: 'k', environment: 'test', scopes: ['*'] });
    const { body: second } = await make();
    expectProblem(await make(), 403, 'quota-exceeded');
    expect((await client.post(`/v1/api-keys/${second.id}/rotate`, {})).status).toBe(201);
    expect((await client.post(`/v1/api-keys/${second.id}/rotate`, {})).status).toBe(201);
    expectProblem(await client.post(`/v1/api-keys/${second.id}/rotate`, {}), 403, 'quota-exceeded');
  });

  it('sees what it may and what of it is used', async () => {
    const { id, client } = await tenant({ instances: 7, requestsPerMinute: 12_345 });
    await create(client, 'one');
    const { body: me } = await client.get<MeDto>('/v1/me');
    expect(me).toEqual({
      kind: 'tenant',
      keyId: expect.stringMatching(/^key_/),
      tenant: { id, name: 'Acme', suspendedAt: null },
      environment: 'test',
      scopes: ['*'],
      expiresAt: null,
      quotas: { instances: { limit: 7, used: 1 }, apiKeys: { limit: 50, used: 1 }, requestsPerMinute: 12_345 },
    });
    const { body: operator } = await ground.operator.get<MeDto>('/v1/me');
    expect(operator).toMatchObject({ kind: 'operator', tenant: null, environment: null, quotas: null });
  });
});
