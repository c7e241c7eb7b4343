import { ApiClient, expectProblem, TestGround } from '#libs/testing';

describe('how often one may call', () => {
  let ground: TestGround;
  beforeAll(async () => {
    ground = await TestGround.start();
  });
  afterAll(() => ground.close());

  const hurried = async (requestsPerMinute: number) => {
    const tenant = await ground.tenant();
    await ground.operator.patch(`/v1/tenants/${tenant.id}`, { quotas: { requestsPerMinute } });
    return { ...tenant, client: await ground.client(tenant.id, 'test') };
  };

  it('is said in every answer, counted per key, and over the limit nothing is done', async () => {
    const { id, client } = await hurried(3);
    const headers = [];
    for (let n = 0; n < 3; n++) headers.push((await client.get('/v1/instances')).headers);
    expect(headers.map((one) => /"key";r=(\d+);t=\d+$/.exec(one.get('ratelimit') ?? '')?.[1])).toEqual(['2', '1', '0']);
    expect(headers[0]!.get('ratelimit-policy')).toBe('"key";q=3;w=60');
    const refused = await client.post('/v1/instances', { name: 'too fast' });
    expectProblem(refused, 429, 'rate-limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(await ground.superuser.look(`SELECT 1 FROM instances WHERE name = 'too fast'`)).toEqual([]);
    const other = await ground.client(id, 'test');
    expect((await other.get('/v1/instances')).status).toBe(200);
  });

  it('counts what is forbidden or invalid, too', async () => {
    const { client } = await hurried(2);
    expectProblem(await client.get('/v1/tenants'), 403, 'forbidden');
    expectProblem(await client.post('/v1/instances', {}), 422, 'invalid-request');
    expectProblem(await client.get('/v1/instances'), 429, 'rate-limited');
  });

  it('stops an address that guesses keys, and holds up no key that was right before', async () => {
    const known = await ground.client((await ground.tenant()).id, 'test');
    expect((await known.get('/v1/instances')).status).toBe(200);
    const guesses = [];
    for (let n = 0; n < 70; n++) guesses.push(await new ApiClient(ground.url, `tnr_test_${String(n).padStart(43, 'x')}`).get('/v1/instances'));
    expect(guesses.slice(0, 60).map(({ status }) => status)).toEqual(Array(60).fill(401));
    for (const refused of guesses.slice(60)) expectProblem(refused, 429, 'rate-limited');
    expect(guesses.at(-1)!.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await known.get('/v1/instances')).status).toBe(200);
    expect((await ground.operator.get('/v1/tenants')).status).toBe(200);
    expect((await fetch(`${ground.url}/healthz`)).status).toBe(200);
  });
});
