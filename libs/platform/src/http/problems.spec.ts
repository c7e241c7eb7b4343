import net from 'node:net';
import { newId } from '#libs/contracts';
import { type Answer, ApiClient, expectProblem, TestGround, type TestTenant } from '#libs/testing';
import { problemDocs } from './problem.js';
import { renderProblems } from './render-problems.js';

describe('what cannot be done is a problem that says so, and nothing is changed:', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let instance: string;
  let foreign: string;
  let before: Record<string, string>;

  beforeAll(async () => {
    ground = await TestGround.start();
    acme = await ground.tenant();
    instance = await idOf(acme.client.post('/v1/instances', { name: 'shop' }));
    foreign = await idOf((await ground.tenant('Globex')).client.post('/v1/instances', { name: 'theirs' }));
    before = await ground.rowsButAttempts();
  });
  afterEach(async () => {
    expect(await ground.rowsButAttempts()).toEqual(before);
  });
  afterAll(() => ground.close());

  const idOf = async (answer: Promise<Answer>): Promise<string> => (await answer).body.id as string;

  /** A body as it is, with any header. */
  const raw = async (body: string | Buffer, headers: Record<string, string> = {}, path = '/v1/instances', method = 'POST'): Promise<Answer> => {
    const key = Reflect.get(acme.client, 'key') as string;
    const response = await fetch(ground.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Record<string, unknown> };
  };

  it.each([
    ['half of it', '{"name":'],
    ['a list', '[{"name":"a"}]'],
    ['a text', '"name"'],
    ['null', 'null'],
    ['a number', '7'],
    ['U+0000 in a value', '{"name":"a\\u0000b"}'],
    ['U+0000 in a key', '{"name":"a","labels":{"k\\u0000":"v"}}'],
    ['half of a surrogate pair', '{"name":"a","labels":{"k":"\\ud83d"}}'],
    ['__proto__', '{"name":"a","__proto__":{"labels":{"x":"y"}}}'],
    ['__proto__ in disguise', '{"name":"a","\\u005f_proto__":{}}'],
    ['__proto__ among the labels', '{"name":"a","labels":{"__proto__":"x"}}'],
    ['constructor', '{"name":"a","constructor":{"prototype":{}}}'],
    ['a list that never ends', `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['an object that never ends', `{"labels":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`],
    ['a comment', '{"name":"a"} // shop'],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00])],
  ])('a body that is %s', async (_what, body) => {
    expectProblem(await raw(body), 400, 'malformed-request');
  });

  it.each([
    ['a value', '{"name":"a\\u0000b"}', '/name'],
    ['a value deep inside', '{"name":"a","labels":{"k/1":"\\ud83d"}}', '/labels/k~11'],
    ['a name', '{"name":"a","labels":{"__proto__":"x"}}', '/labels/__proto__'],
    ['the depth', `{"name":${'['.repeat(50)}${']'.repeat(50)}}`, `/name${'/0'.repeat(31)}`],
  ])('a body that cannot be taken because of %s, which is named', async (_what, body, pointer) => {
    const answer = await raw(body);
    expectProblem(answer, 400, 'malformed-request');
    expect(answer.body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
  });

  it.each([
    ['Latin-1', Buffer.from('{"name":"caf\u00e9"}', 'latin1')],
    ['UTF-16', Buffer.from('{"name":"shop2"}', 'utf16le')],
    ['half a character', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xe2, 0x82]), Buffer.from('"}')])],
    ['a surrogate in three bytes', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])],
  ])('a body in another encoding than UTF-8: %s', async (_what, body) => {
    expectProblem(await raw(body), 400, 'malformed-request');
  });

  it.each([
    ['POST', '/start?dryRun=true', {}, '/dryRun'],
    ['POST', '/stop', { reason: 'holiday' }, '/reason'],
    ['GET', '?fields=id', undefined, '/fields'],
    ['PATCH', '?validateOnly=true', { name: 'renamed' }, '/validateOnly'],
  ])('%s ...%s with %j: what an operation does not take is not passed over in silence', async (method, rest, body, pointer) => {
    const answer = await acme.client.send<Record<string, unknown>>(method, `/v1/instances/${instance}${rest}`, body);
    expectProblem(answer, 422, 'invalid-request');
    expect(answer.body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
  });

  it.each(['\u200b', '\u2060\ufeff', '\u0301', 'shop\n2', '\u001b[31mshop', ' \u00a0 '])('a name that nobody can read: %j', async (name) => {
    const answer = await acme.client.post('/v1/instances', { name });
    expectProblem(answer, 422, 'invalid-request');
    expect((answer.body.errors as { pointer: string }[])[0]!.pointer).toBe('/name');
    expectProblem(await ground.operator.post('/v1/tenants', { name }), 422, 'invalid-request');
    expectProblem(await acme.client.post('/v1/api-keys', { name, environment: 'test', scopes: ['*'] }), 422, 'invalid-request');
  });

  it('a body that only looks like one of these is taken for what it is', async () => {
    const answer = await raw(JSON.stringify({ name: 'a', colour: 'C:\\u0000 __proto__' }));
    expectProblem(answer, 422, 'invalid-request');
    expect(answer.body.errors).toEqual([{ pointer: '/colour', detail: expect.any(String) }]);
  });

  it('a body that is not there', async () => {
    const answer = await raw('', { 'content-type': 'application/json' });
    expectProblem(answer, 422, 'invalid-request');
  });

  it('a body that is too large', async () => {
    expectProblem(await raw(JSON.stringify({ name: 'x'.repeat(300_000) })), 413, 'body-too-large');
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/jsonp', 'nonsense'])(
    'a body of the content type %s',
    async (type) => {
      expectProblem(await raw('name=shop2', { 'content-type': type }), 415, 'unsupported-media-type');
    },
  );

  it('every fault of the fields at once, each by its pointer', async () => {
    const answer = await acme.client.post('/v1/instances', { name: 7, labels: [], 'a/b~c': 1 });
    expectProblem(answer, 422, 'invalid-request');
    expect((answer.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['/name', '/labels', '/a~1b~0c']));
  });

  it.each([
    ['POST', '/v1/nothing'],
    ['GET', '/v2'],
    ['GET', '/v1/instances/x/y/z'],
    ['GET', '/v1/../etc/passwd'],
    ['GET', `/${'x'.repeat(3000)}`],
  ])('%s %s, which is nowhere', async (method, path) => {
    expectProblem(await acme.client.send(method, path), 404, 'route-not-found');
  });

  it.each([
    ['DELETE', '/v1/instances', 'GET, HEAD, POST'],
    ['PUT', '/v1/instances?x=1', 'GET, HEAD, POST'],
    ['PATCH', '/v1/instances/', 'GET, HEAD, POST'],
    ['PUT', '/v1/instances/ins_01h455vb4pex5vsknk084sn02q', 'GET, HEAD, PATCH'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['PATCH', '/openapi.json', 'GET, HEAD'],
    ['OPTIONS', '/v1/instances', 'GET, HEAD, POST'],
  ])('%s %s: the path is right and the method is not', async (method, path, allow) => {
    const answer = await acme.client.send(method, path);
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('a bare DELETE of an instance or a tenant, which says how they leave instead', async () => {
    const ofInstance = await acme.client.delete(`/v1/instances/${instance}`);
    expectProblem(ofInstance, 405, 'method-not-allowed');
    expect(ofInstance.headers.get('allow')).toBe('GET, HEAD, PATCH');
    expect(ofInstance.body).toMatchObject({ archive: `/v1/instances/${instance}/archive`, deletionRequests: `/v1/instances/${instance}/deletion-requests` });
    expect((await acme.client.get<{ id: string }>(`/v1/instances/${instance}`)).body.id).toBe(instance);
    const ofTenant = await ground.operator.delete(`/v1/tenants/${acme.id}/`);
    expectProblem(ofTenant, 405, 'method-not-allowed');
    expect(ofTenant.body.suspend).toBe(`/v1/tenants/${acme.id}/suspend`);
  });

  it('the bare address, which leads to the documentation', async () => {
    const response = await fetch(ground.url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/docs']);
    expect((await fetch(ground.url)).status).toBe(200);
  });

  it.each(['limit=0', 'limit=201', 'limit=-1', 'limit=1.5', 'limit=ten', 'limit=1&limit=2', 'limit=0x10', 'limit=01', 'limit=1e1', 'limit=%205', 'limit=', 'cursor=x', 'cursor=W10', 'cursor=WyJhIl0', 'cursor=bnVsbA', `cursor=${'a'.repeat(500)}`, 'cursor=WzFd', 'colour=red', 'environment=prod', 'connection=x', 'lifecycle=gone', 'name[]=a', 'q=a&q=b'])(
    'the query ?%s',
    async (query) => {
      expectProblem(await acme.client.get(`/v1/instances?${query}`), 422, 'invalid-request');
    },
  );

  it.each(['limit', 'cursor'])('a query whose fault is %s, named by a pointer like that of a body', async (name) => {
    const { body } = await acme.client.get(`/v1/instances?${name}=x`);
    const pointers = (body.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(new Set(pointers)).toEqual(new Set([`/${name}`]));
  });

  it.each(['q=%00', 'label=a%00=b', '__proto__=x', 'constructor=x'])('the query ?%s, which no list can take', async (query) => {
    expectProblem(await acme.client.get(`/v1/instances?${query}`), 400, 'malformed-request');
  });

  it.each(['after=-1', 'after=1e99', 'after=x', 'cursor=WyJhIl0', 'cursor=WzFlOTld'])('the query ?%s of the journal', async (query) => {
    expectProblem(await acme.client.get(`/v1/events?${query}`), 422, 'invalid-request');
  });

  it.each(['/v1/instances/%', '/v1/instances/%zz', '/v1/instances/%C0%AE', '/%00', '/v1/instances/a%00b'])('the address %s', async (path) => {
    const answer = await acme.client.get(path);
    expect([400, 404]).toContain(answer.status);
    expectProblem(answer, answer.status, (answer.body as { code: string }).code);
  });

  it.each([
    ['unknown', () => newId('ins')],
    ["a stranger's", () => foreign],
    ['of another kind', () => newId('ten')],
    ['malformed', () => 'ins_nope'],
    ['a uuid', () => '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'],
    ['in capitals', () => instance.toUpperCase()],
    ['too long', () => `ins_${'0'.repeat(90)}`],
    ['SQL', () => encodeURIComponent("ins_' OR 1=1 --")],
  ])('an id that is %s: all are answered alike', async (_what, id) => {
    const [method, path] = ['GET', `/v1/instances/${id()}`];
    for (const answer of [await acme.client.send(method, path), await acme.client.patch(path, { name: 'x' }), await acme.client.post(`${path}/start`)]) {
      expectProblem(answer, 404, 'instance-not-found');
      expect({ ...(answer.body as object), instance: '' }).toEqual({ ...(await acme.client.get(`/v1/instances/${newId('ins')}`)).body, instance: '' });
    }
  });

  describe('a key that is', () => {
    const with_ = (key: string) => new ApiClient(ground.url, key);
    const newKey = async (fields: object = {}) =>
      (await ground.operator.post<{ id: string; key: string }>('/v1/api-keys', { tenantId: acme.id, name: 'k', environment: 'test', scopes: ['*'], ...fields })).body;
    let keys: Record<string, string>;

    beforeAll(async () => {
      const revoked = await newKey();
      await ground.operator.delete(`/v1/api-keys/${revoked.id}?tenantId=${acme.id}`);
      const expired = await newKey({ expiresAt: new Date(Date.now() - 1000).toISOString() });
      const valid = await newKey();
      keys = { revoked: revoked.key, expired: expired.key, 'of nobody': `${valid.key.slice(0, -1)}${valid.key.endsWith('A') ? 'B' : 'A'}` };
      before = await ground.rowsButAttempts();
    });

    it.each(['revoked', 'expired', 'of nobody'])('%s opens nothing', async (which) => {
      expectProblem(await with_(keys[which]!).get('/v1/instances'), 401, 'unauthorized');
      expectProblem(await with_(keys[which]!).post('/v1/instances', { name: 'x' }), 401, 'unauthorized');
    });

    it.each([
      ['empty', ''],
      ['one letter', 'x'],
      ['a beginning', 'tnr_test_'],
      ['made up', `tnr_test_${'a'.repeat(43)}`],
      ['very long', `tnr_live_${'a'.repeat(5000)}`],
      ["a made-up operator's", `tnr_op_${'a'.repeat(43)}`],
      ['SQL', "' OR 1=1 --"],
      ['escaped', 'tnr_test_%00aaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ])(
      '%s opens nothing',
      async (_what, key) => {
        expectProblem(await with_(key).get('/v1/instances'), 401, 'unauthorized');
      },
    );

    it('missing, or of another scheme, opens nothing', async () => {
      const bare = async (headers: Record<string, string>) => {
        const response = await fetch(`${ground.url}/v1/instances`, { headers });
        return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
      };
      const answer = await bare({});
      expectProblem(answer, 401, 'unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expectProblem(await bare({ authorization: 'Basic dXNlcjpwYXNz' }), 401, 'unauthorized');
      expectProblem(await bare({ authorization: 'Bearer' }), 401, 'unauthorized');
      const key = Reflect.get(acme.client, 'key') as string;
      for (const authorization of [`Bearer ${key} ${key}`, `Bearer  ${key}`, `Bearer ${key},`, key]) expectProblem(await bare({ authorization }), 401, 'unauthorized');
    });

    it("the operator's opens no tenant's door, and a tenant's none of the operator's", async () => {
      expectProblem(await ground.operator.get('/v1/instances'), 403, 'forbidden');
      expectProblem(await ground.operator.post('/v1/instances', { name: 'x' }), 403, 'forbidden');
      expectProblem(await acme.client.get('/v1/tenants'), 403, 'forbidden');
      expectProblem(await acme.client.post('/v1/tenants', { name: 'x' }), 403, 'forbidden');
    });
  });

  it('a request that the database cannot be reached for', async () => {
    const other = await TestGround.start();
    const { client } = await other.tenant();
    const name = new URL(other.store.url).pathname.slice(1);
    await ground.superuser.look(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await ground.superuser.look(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, name);
    const answer = await client.get('/v1/instances');
    expectProblem(answer, 503, 'unavailable');
    expect((await other.operator.get('/readyz')).status).toBe(503);
    expect((await other.operator.get('/healthz')).status).toBe(200);
    await ground.superuser.look(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    expect((await client.get('/v1/instances')).status).toBe(200);
    expect((await other.operator.get('/readyz')).status).toBe(200);
    await other.close();
  });

  /** Speaks to the socket itself; gives what came back until the server hung up. */
  const say = (text: string | Buffer): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port, hostname } = new URL(ground.url);
      const socket = net.connect(Number(port), hostname, () => socket.write(text));
      let heard = '';
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      socket.on('close', () => resolve(heard));
      socket.on('error', reject);
      socket.setTimeout(5_000, () => socket.destroy(new Error('the server did not hang up')));
    });

  it.each([
    ['is no HTTP', 'hello there\r\n\r\n', 400],
    ['is TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc]), 400],
    ['has a broken header', 'GET / HTTP/1.1\r\nHost: x\r\nbroken header\r\n\r\n', 400],
    ['has two lengths', 'POST /v1/instances HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    ['has length and chunks', 'POST /v1/instances HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['has a huge header', `GET / HTTP/1.1\r\nHost: x\r\nX-Huge: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
  ])('what comes through the socket and %s', async (_what, text, status) => {
    const heard = await say(text);
    const [head, body] = heard.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(JSON.parse(body!)).toMatchObject({ status, code: 'malformed-request' });
  });
});

describe('every problem', () => {
  it('is documented with its cause and what to do', () => {
    const text = renderProblems();
    expect(problemDocs().length).toBeGreaterThan(10);
    for (const { code, status, title, cause, remedy } of problemDocs()) {
      expect(code).toMatch(/^[a-z]+([-.][a-z]+)*$/);
      expect([code, text.includes(`## ${code}\n\n**${status} ${title}**\n\n${cause}\n\n*What to do:* ${remedy}`)]).toEqual([code, true]);
    }
  });
});
