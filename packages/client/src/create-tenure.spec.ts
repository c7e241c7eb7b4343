import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTenure, items, pages, type Tenure, TenureProblem } from './index.js';

interface Seen {
  method: string;
  url: string;
  key: string | undefined;
  authorization: string | undefined;
  body: string;
}
type Reply = (response: ServerResponse) => void;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => (response) => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers }).end(JSON.stringify(body));
};
const problem = (status: number, code: string, headers: Record<string, string> = {}): Reply =>
  json(status, { type: `/errors.md#${code}`, title: code, status, detail: 'It did not work.', code, instance: '/v1/instances' }, headers);
const created = json(201, { id: 'ins_1', name: 'shop' });
const cut: Reply = (response) => void response.destroy();
const cutInTheMiddle: Reply = (response) => {
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"id":', () => response.destroy());
};

describe('The client', () => {
  const seen: Seen[] = [];
  let replies: Reply[] = [];
  let server: Server;
  let tenure: Tenure;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization, 'idempotency-key': key } = request.headers;
    seen.push({ method: request.method!, url: request.url!, key: key as string | undefined, authorization, body: Buffer.concat(chunks).toString() });
    (replies.shift() ?? problem(500, 'unexpected'))(response);
  };

  beforeAll(async () => {
    server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    tenure = createTenure({ baseUrl: `http://127.0.0.1:${port}`, key: 'tnr_test_1', firstWaitMs: 5, retries: 3 });
  });
  beforeEach(() => {
    seen.length = 0;
  });
  afterAll(() => server.close());

  const create = (options: object = {}) => tenure.createInstance({ body: { name: 'shop' }, ...options });

  it('calls an operation by its name, with the key, and gives what came back', async () => {
    replies = [created];
    const { data, response } = await create();
    expect({ id: data.id, status: response.status }).toEqual({ id: 'ins_1', status: 201 });
    expect(seen).toEqual([{ method: 'POST', url: '/v1/instances', key: expect.stringMatching(/^[\w-]{36}$/), authorization: 'Bearer tnr_test_1', body: '{"name":"shop"}' }]);
  });

  it('asks for the key each time when it is given a function', async () => {
    replies = [created, created];
    let turn = 0;
    const { port } = server.address() as AddressInfo;
    const rotating = createTenure({ baseUrl: `http://127.0.0.1:${port}`, key: () => `key-${(turn += 1)}` });
    await rotating.createInstance({ body: { name: 'a' } });
    await rotating.createInstance({ body: { name: 'b' } });
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer key-1', 'Bearer key-2']);
  });

  it('gives every change a key of its own, keeps the one it is given, and sends none with a reading', async () => {
    replies = [created, created, created, json(200, { id: 'ins_1' })];
    await create();
    await create();
    await create({ headers: { 'Idempotency-Key': 'order-7' } });
    await tenure.readInstance({ path: { id: 'ins_1' } });
    const [first, second, third, reading] = seen.map(({ key }) => key);
    expect(first).not.toBe(second);
    expect([third, reading]).toEqual(['order-7', undefined]);
  });

  it.each<[string, Reply]>([
    ['too many requests', problem(429, 'rate-limited', { 'retry-after': '0' })],
    ['a server that is not available', problem(503, 'unavailable')],
    ['a first request that is still at work', problem(409, 'idempotency-in-progress')],
    ['a connection that is cut', cut],
    ['a connection that is cut in the middle of the answer', cutInTheMiddle],
  ])('repeats after %s, with the same key and body', async (_what, trouble) => {
    replies = [trouble, trouble, created];
    expect((await create()).data.id).toBe('ins_1');
    expect(seen.length).toBe(3);
    expect(new Set(seen.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
  });

  it('waits as long as the server asks', async () => {
    replies = [problem(429, 'rate-limited', { 'retry-after': '1' }), created];
    const began = performance.now();
    await create();
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  it('gives up after so many attempts, or when it is asked to wait too long', async () => {
    replies = Array.from({ length: 9 }, () => problem(503, 'unavailable'));
    await expect(create()).rejects.toMatchObject({ status: 503, code: 'unavailable' });
    expect(seen.length).toBe(4);
    seen.length = 0;
    replies = [problem(429, 'rate-limited', { 'retry-after': '3600' })];
    await expect(create()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(seen.length).toBe(1);
  });

  it('gives the fault of the connection when no attempt came through', async () => {
    replies = Array.from({ length: 9 }, () => cut);
    await expect(create()).rejects.toMatchObject({ name: 'TypeError', message: 'fetch failed' });
    expect(seen.length).toBe(4);
  });

  it('stops when the caller does', async () => {
    replies = [problem(429, 'rate-limited', { 'retry-after': '20' }), created];
    const ended = new AbortController();
    const call = create({ signal: ended.signal });
    setTimeout(() => ended.abort(), 50);
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen.length).toBe(1);
  });

  it('throws a problem with its code, its faults and its headers, and repeats none that stays', async () => {
    const errors = [{ pointer: '/name', detail: 'is too long' }];
    replies = [json(422, { type: '/errors.md#invalid-request', title: 'No', status: 422, detail: 'Look.', code: 'invalid-request', instance: '/v1', errors }, { 'x-request': '7' })];
    const fault = await create().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(TenureProblem);
    expect(fault).toMatchObject({ message: '422 invalid-request: Look.', status: 422, code: 'invalid-request', errors });
    expect((fault as TenureProblem).response.headers.get('x-request')).toBe('7');
    expect(seen.length).toBe(1);
  });

  it('gives a problem instead of throwing it, for those who ask', async () => {
    replies = [problem(404, 'instance-not-found')];
    const { data, error } = await tenure.readInstance({ path: { id: 'ins_2' }, throwOnError: false });
    expect({ data, code: error?.code }).toEqual({ data: undefined, code: 'instance-not-found' });
  });

  it('says so when something else than Tenure answers', async () => {
    replies = [(response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')];
    await expect(create()).rejects.toThrow(/^502 from http.*\/v1\/instances, and no problem/);
  });

  it('walks a list page by page, or item by item, to its end', async () => {
    const page = (names: string[], nextCursor: string | null) => json(200, { data: names.map((name) => ({ name })), nextCursor });
    const list = (position: { cursor?: string }) => tenure.listInstances({ query: { ...position, label: 'plan=free' } });
    replies = [page(['a', 'b'], 'c1'), page(['c'], null), page(['a', 'b'], 'c1'), page(['c'], null)];
    const lengths: number[] = [];
    for await (const { length } of pages(list)) lengths.push(length);
    const names: (string | null)[] = [];
    for await (const { name } of items(list)) names.push(name);
    expect({ lengths, names }).toEqual({ lengths: [2, 1], names: ['a', 'b', 'c'] });
    expect(seen.slice(0, 2).map(({ url }) => url)).toEqual(['/v1/instances?label=plan%3Dfree', '/v1/instances?cursor=c1&label=plan%3Dfree']);
  });

  it('asks for no page that nobody wants', async () => {
    replies = [json(200, { data: [{ name: 'a' }], nextCursor: 'c1' })];
    for await (const { name } of items((position) => tenure.listInstances({ query: position }))) {
      expect(name).toBe('a');
      break;
    }
    expect(seen.length).toBe(1);
  });
});
