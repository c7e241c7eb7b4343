import { type InstanceId, uuidOf } from '#libs/contracts';
import { type ApiClient, expectProblem, TestGround, type TestTenant } from '#libs/testing';
import type { InstanceDto, InstancePageDto } from './instance.dto.js';

describe('instances', () => {
  let ground: TestGround;
  let acme: TestTenant;

  beforeAll(async () => {
    ground = await TestGround.start();
    acme = await ground.tenant();
  });
  afterAll(() => ground.close());

  const create = async (body: object, client: ApiClient = acme.client): Promise<InstanceDto> => {
    const answer = await client.post<InstanceDto>('/v1/instances', body);
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  };
  const list = async (query: string, client: ApiClient = acme.client): Promise<InstancePageDto> => {
    const answer = await client.get<InstancePageDto>(`/v1/instances?${query}`);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  };
  const names = async (query: string, client?: ApiClient) => (await list(query, client)).data.map(({ name }) => name);

  it('begin active, stopped, never paired and without a deadline', async () => {
    const created = await create({ name: ' caf\u0065\u0301 ', labels: { plan: 'free' } });
    expect(created).toMatchObject({
      tenantId: acme.id,
      name: 'caf\u00e9',
      labels: { plan: 'free' },
      environment: 'test',
      deletionProtection: false,
      desiredState: 'stopped',
      lifecycle: 'active',
      connection: { state: 'never_paired', reason: null, phoneNumber: null, ownerNode: null },
      retention: { nextAction: null, dueAt: null, ruleId: null },
      version: 1,
    });
    expect((await acme.client.get(`/v1/instances/${created.id}`)).body).toEqual(created);
    expect(Math.abs(Date.parse(created.createdAt) - Date.now())).toBeLessThan(5_000);
  });

  it('are found by each filter and by several at once', async () => {
    const tenant = await ground.tenant();
    await create({ name: 'Shop São Paulo', labels: { plan: 'free', region: 'br' } }, tenant.client);
    await create({ name: 'Shop Lisboa', labels: { plan: 'pro', region: 'pt' } }, tenant.client);
    const { id } = await create({ name: 'Office' }, tenant.client);
    await tenant.client.post(`/v1/instances/${id}/start`);
    await ground.superuser.look(
      `INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_since)
       SELECT tenant_id, id, 'disconnected', 'logged_out', now(), 'disconnected', now() FROM instances WHERE name = 'Office'`,
    );
    const found: [string, string[]][] = [
      ['', ['Office', 'Shop Lisboa', 'Shop São Paulo']],
      ['name=shop%20lisboa', ['Shop Lisboa']],
      ['name=shop', []],
      ['q=SÃO', ['Shop São Paulo']],
      ['q=shop&label=region=pt', ['Shop Lisboa']],
      ['label=plan', ['Shop Lisboa', 'Shop São Paulo']],
      ['label=plan=free', ['Shop São Paulo']],
      ['label=plan=', []],
      ['connection=disconnected&reason=logged_out', ['Office']],
      ['connection=never_paired&q=o', ['Shop Lisboa', 'Shop São Paulo']],
      ['lifecycle=active&environment=test', ['Office', 'Shop Lisboa', 'Shop São Paulo']],
      ['lifecycle=archived', []],
      ['environment=live', []],
    ];
    for (const [query, expected] of found) expect([query, await names(query, tenant.client)]).toEqual([query, expected]);
    expect((await tenant.client.get(`/v1/instances/${id}`)).body).toMatchObject({ connection: { state: 'disconnected', reason: 'logged_out' } });
  });

  it('come in pages, newest first, each once, whatever is created in between', async () => {
    const { client } = await ground.tenant();
    for (let n = 1; n <= 7; n++) await create({ name: `shop ${n}` }, client);
    const pages: (string | null)[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: InstancePageDto = await list(`limit=3${cursor && `&cursor=${cursor}`}`, client);
      pages.push(page.data.map(({ name }) => name));
      cursor = page.nextCursor;
      await create({ name: `late ${pages.length}` }, client);
    }
    expect(pages).toEqual([['shop 7', 'shop 6', 'shop 5'], ['shop 4', 'shop 3', 'shop 2'], ['shop 1']]);
  });

  it('have one more version for each change by a person, and none for what changes nothing', async () => {
    const { id } = await create({ name: 'versions', labels: { plan: 'free', trial: 'yes' } });
    const path = `/v1/instances/${id}`;
    const versionAfter = async (change: () => Promise<{ status: number; body: unknown }>) => {
      const { status, body } = await change();
      expect(status).toBeLessThan(300);
      return (body as InstanceDto).version;
    };
    expect(await versionAfter(() => acme.client.patch(path, { name: 'Versions' }))).toBe(2);
    expect(await versionAfter(() => acme.client.patch(path, { name: 'Versions', labels: {} }))).toBe(2);
    expect(await versionAfter(() => acme.client.patch(path, { labels: { plan: 'pro', trial: null }, deletionProtection: true }))).toBe(3);
    expect(await versionAfter(() => acme.client.post(`${path}/start`))).toBe(4);
    expect(await versionAfter(() => acme.client.post(`${path}/start`))).toBe(4);
    await ground.superuser.look(`UPDATE instance_heads SET cycle = cycle + 1`);
    expect(await versionAfter(() => acme.client.post(`${path}/stop`))).toBe(5);
    expect(await versionAfter(() => acme.client.post(`${path}/stop`))).toBe(5);
    expect((await acme.client.get(path)).body).toMatchObject({
      name: 'Versions',
      labels: { plan: 'pro' },
      deletionProtection: true,
      desiredState: 'stopped',
      version: 5,
    });
  });

  it('tell their story in the journal', async () => {
    const { id } = await create({ name: 'story', labels: { plan: 'free' } });
    const path = `/v1/instances/${id}`;
    await acme.client.patch(path, { name: 'tale', labels: { plan: 'pro' }, deletionProtection: true });
    await acme.client.patch(path, { deletionProtection: false });
    await acme.client.post(`${path}/start`);
    await acme.client.post(`${path}/stop`);
    const told = await ground.superuser.look<{ seq: string; type: string }>(
      `SELECT seq, type FROM journal WHERE instance_id = (SELECT id FROM instances WHERE name = 'tale') ORDER BY seq`,
    );
    expect(told.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      '1 instance.created',
      '2 instance.renamed',
      '3 instance.labelled',
      '4 instance.protected',
      '5 instance.unprotected',
      '6 instance.started',
      '7 instance.stopped',
    ]);
  });

  it('that are protected from the first moment say so in the journal too', async () => {
    const { id, version } = await create({ name: 'guarded', deletionProtection: true });
    expect(version).toBe(1);
    const told = await ground.superuser.look<{ type: string }>(`SELECT type FROM journal WHERE instance_id = $1 ORDER BY seq`, uuidOf(id as InstanceId));
    expect(told.map(({ type }) => type)).toEqual(['instance.created', 'instance.protected']);
  });

  it('have names that are unique whatever their case and the spaces around them', async () => {
    await create({ name: 'Padaria' });
    for (const name of ['padaria', ' PADARIA ', 'Padaria\n']) expectProblem(await acme.client.post('/v1/instances', { name }), 409, 'name-taken');
    const other = await create({ name: 'Padaria 2' });
    expectProblem(await acme.client.patch(`/v1/instances/${other.id}`, { name: 'padaria' }), 409, 'name-taken');
    expect((await acme.client.get(`/v1/instances/${other.id}`)).body).toEqual(other);
    await create({ name: 'Padaria' }, (await ground.tenant()).client);
  });

  it('are exactly one when two are created with one name at the same time', async () => {
    const { client } = await ground.tenant();
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const pair = [client.post('/v1/instances', { name: `twin ${n}` }), client.post('/v1/instances', { name: `Twin ${n} ` })];
        return (await Promise.all(pair)).map(({ status }) => status).sort();
      }),
    );
    expect(statuses).toEqual(Array.from({ length: 20 }, () => [201, 409]));
    expect(await names('q=twin&limit=200', client)).toHaveLength(20);
    const orphans = await ground.superuser.look(
      `SELECT 1 FROM instance_heads h LEFT JOIN instances i ON i.tenant_id = h.tenant_id AND i.id = h.instance_id WHERE i.id IS NULL`,
    );
    expect(orphans).toEqual([]);
  });

  it.each([
    ['no name', { labels: {} }, '/name'],
    ['an empty name', { name: '  ' }, '/name'],
    ['a name that is null', { name: null }, '/name'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, '/name'],
    ['a name that is a number', { name: 7 }, '/name'],
    ['an unknown field', { name: 'a', colour: 'red' }, '/colour'],
    ['an unknown environment', { name: 'a', environment: 'prod' }, '/environment'],
    ['a protection that is a text', { name: 'a', deletionProtection: 'yes' }, '/deletionProtection'],
    ['a protection that is null', { name: 'a', deletionProtection: null }, '/deletionProtection'],
    ['33 labels', { name: 'a', labels: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`k${n}`, ''])) }, '/labels'],
    ['a label key of 64 characters', { name: 'a', labels: { ['k'.repeat(64)]: '' } }, '/labels'],
    ['a label key with a space', { name: 'a', labels: { 'a b': '' } }, '/labels'],
    ['a label value of 129 characters', { name: 'a', labels: { k: 'v'.repeat(129) } }, '/labels'],
    ['a label value that is a number', { name: 'a', labels: { k: 1 } }, '/labels'],
    ['a label value that is null', { name: 'a', labels: { k: null } }, '/labels'],
    ['labels that are a list', { name: 'a', labels: ['a'] }, '/labels'],
    ['labels that are null', { name: 'a', labels: null }, '/labels'],
  ])('are not created with %s', async (_what, body, pointer) => {
    const answer = await acme.client.post('/v1/instances', body);
    expectProblem(answer, 422, 'invalid-request');
    const pointers = (answer.body.errors as { pointer: string }[]).map((fault) => fault.pointer);
    expect([...new Set(pointers)]).toEqual([pointer]);
  });

  it.each([
    ['a name that is null', { name: null }],
    ['a protection that is null', { deletionProtection: null }],
    ['labels that are null', { labels: null }],
    ['a state of its own', { lifecycle: 'archived' }],
  ])('are not changed by a patch with %s', async (what, patch) => {
    const before = await create({ name: `unpatched by ${what}` });
    expectProblem(await acme.client.patch(`/v1/instances/${before.id}`, patch), 422, 'invalid-request');
    expect((await acme.client.get(`/v1/instances/${before.id}`)).body).toEqual(before);
  });

  it('take the longest name and the most labels there may be, but not one more by a patch', async () => {
    const labels = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`${'k'.repeat(60)}${n}`, '🛒'.repeat(64)]));
    const full = await create({ name: '🛒'.repeat(100), labels });
    expect(full.labels).toEqual(labels);
    expectProblem(await acme.client.patch(`/v1/instances/${full.id}`, { labels: { more: '' } }), 422, 'invalid-request');
  });

  it('of the other environment or tenant do not exist for a key', async () => {
    const live = await ground.client(acme.id, 'live');
    const stranger = (await ground.tenant()).client;
    const test = await create({ name: 'only for tests' });
    expect((await create({ name: 'for real' }, live)).environment).toBe('live');
    expectProblem(await live.post('/v1/instances', { name: 'x', environment: 'test' }), 403, 'environment-mismatch');
    expect(await names('q=only', live)).toEqual([]);
    expect(await names('', live)).toEqual(['for real']);
    const path = `/v1/instances/${test.id}`;
    for (const client of [live, stranger]) {
      const answers = [client.get(path), client.patch(path, { name: 'mine' }), client.post(`${path}/start`), client.post(`${path}/stop`), client.get(`${path}/events`)];
      for (const answer of await Promise.all(answers)) expectProblem(answer, 404, 'instance-not-found');
      const events = await client.get<{ data: { instanceId: string | null }[] }>('/v1/events?limit=200');
      expect(events.body.data.filter(({ instanceId }) => instanceId === test.id)).toEqual([]);
    }
    expect((await acme.client.get(path)).body).toEqual(test);
  });

  it.each(['ins_0000000000000000000000g000', 'ins_01h455vb4pzx5vsknk084sn02q', 'ins_7zzzzzzzzzzzzzzzzzzzzzzzzz', 'ins_x', 'ten_01h455vb4pex5vsknk084sn02q'])(
    'are not found by %s, and nothing breaks',
    async (id) => {
      for (const answer of [await acme.client.get(`/v1/instances/${id}`), await acme.client.post(`/v1/instances/${id}/start`)]) expectProblem(answer, 404, 'instance-not-found');
      const cursor = Buffer.from(JSON.stringify([id])).toString('base64url');
      expect([200, 422]).toContain((await acme.client.get(`/v1/instances?cursor=${cursor}`)).status);
    },
  );

  it('that are archived cannot be started, and are told how', async () => {
    const { id } = await create({ name: 'old' });
    await ground.superuser.look(`UPDATE instances SET lifecycle = 'archived' WHERE name = 'old'`);
    const answer = await acme.client.post(`/v1/instances/${id}/start`);
    expectProblem(answer, 409, 'instance-archived');
    expect(answer.body.restore).toBe(`/v1/instances/${id}/restore?start=true`);
    expect((await acme.client.patch(`/v1/instances/${id}`, { labels: { kept: 'yes' } })).status).toBe(200);
  });

  it('that were purged leave their name free, a tombstone to read, and nothing to change', async () => {
    const { id } = await create({ name: 'gone' });
    await ground.superuser.look(`UPDATE instances SET lifecycle = 'purged', name = NULL, name_key = NULL, labels = '{}' WHERE name = 'gone'`);
    await create({ name: 'gone' });
    expect((await acme.client.get(`/v1/instances/${id}`)).body).toMatchObject({ lifecycle: 'purged', name: null });
    expect((await list('lifecycle=purged')).data.map((instance) => instance.id)).toEqual([id]);
    expectProblem(await acme.client.post(`/v1/instances/${id}/start`), 409, 'instance-purged');
    expectProblem(await acme.client.patch(`/v1/instances/${id}`, { name: 'back' }), 409, 'instance-purged');
  });
});
