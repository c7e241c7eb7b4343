import { expectProblem, TestGround, type TestTenant } from '#libs/testing';

describe('a change that insists on the version somebody has seen (If-Match)', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let path = '';
  beforeAll(async () => {
    ground = await TestGround.start();
    acme = await ground.tenant();
  });
  beforeEach(async () => {
    const { body } = await acme.client.post<{ id: string }>('/v1/instances', { name: `shop ${Math.random()}` });
    path = `/v1/instances/${body.id}`;
  });
  afterAll(() => ground.close());

  const send = (method: string, to: string, ifMatch: string, body: object = {}, client = acme.client) =>
    client.send<{ version: number }>(method, to, body, { 'if-match': ifMatch });

  it('is made while that is the present one, and every answer shows the next', async () => {
    expect((await acme.client.get(path)).headers.get('etag')).toBe('"1"');
    const renamed = await send('PATCH', path, '"1"', { labels: { plan: 'pro' } });
    expect([renamed.status, renamed.headers.get('etag'), renamed.body.version]).toEqual([200, '"2"', 2]);
    expect((await send('POST', `${path}/start`, '"7", "2"')).headers.get('etag')).toBe('"3"');
    expect((await send('POST', `${path}/stop`, '*')).headers.get('etag')).toBe('"4"');
  });

  it.each([
    ['an older one', '"1"'],
    ['one that is not there yet', '"9"'],
    ['a weak tag, which says too little', 'W/"2"'],
    ['no version at all', '"abc"'],
    ['an empty tag', '""'],
  ])('is not made on %s, and nothing is changed', async (_what, tag) => {
    await acme.client.patch(path, { labels: { seen: 'no' } });
    const before = await ground.rowsAtRest();
    for (const [method, to, body] of [['PATCH', path, { name: 'mine' }], ['POST', `${path}/start`], ['POST', `${path}/stop`]] as const) {
      const refused = await send(method, to, tag, body);
      expectProblem(refused, 412, 'version-changed');
      expect(refused.body.version).toBe(2);
    }
    expect(await ground.rowsAtRest()).toEqual(before);
  });

  it('is won by one of many that have seen the same', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => send('PATCH', path, '"1"', { labels: { winner: String(n) } })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(7);
  });

  it.each(['1', '"1', 'x "1"', '"1" "2"', ','])('with the header %j is refused, and names it', async (header) => {
    const answer = await send('PATCH', path, header, { name: 'mine' });
    expectProblem(answer, 422, 'invalid-request');
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/if-match' }] });
  });

  it('is refused where there is no one version to match, instead of being made without it', async () => {
    expectProblem(await send('POST', '/v1/instances', '"1"', { name: 'conditional' }), 400, 'if-match-unsupported');
    expect(await ground.superuser.look(`SELECT 1 FROM instances WHERE name = 'conditional'`)).toEqual([]);
  });

  it('of a foreign instance finds none', async () => {
    const stranger = (await ground.tenant('Globex')).client;
    expectProblem(await send('PATCH', path, '"1"', { name: 'mine' }, stranger), 404, 'instance-not-found');
  });

  it('of a tenant is made by the operator in the same way', async () => {
    const tenant = `/v1/tenants/${(await ground.tenant('Initech')).id}`;
    const { headers, body } = await ground.operator.get<{ version: number }>(tenant);
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    expect((await send('PATCH', tenant, headers.get('etag')!, { name: 'Initrode' }, ground.operator)).status).toBe(200);
    expectProblem(await send('POST', `${tenant}/suspend`, headers.get('etag')!, {}, ground.operator), 412, 'version-changed');
    expect((await ground.operator.get(tenant)).body).toMatchObject({ suspendedAt: null });
  });
});
