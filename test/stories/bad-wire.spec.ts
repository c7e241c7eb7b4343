import { Superuser } from '#libs/testing';
import { TestApplication } from '../setup/test-application.js';
import { standingRows, untilQuiet } from '../setup/until-quiet.js';
import { say } from '../bad-input/raw-socket.js';

describe('what comes over the wire and is no request as HTTP has them', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let head = '';
  let rows: Record<string, string>;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    const { client } = await test.tenant();
    head = `Authorization: Bearer ${Reflect.get(client, 'key') as string}\r\nConnection: close\r\n`;
    await untilQuiet(superuser);
    rows = await standingRows(superuser);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const request = (line: string, headers = '', body = '') => `${line} HTTP/1.1\r\nHost: x\r\n${head}${headers}\r\n${body}`;
  const post = (headers: string, body = '') => request('POST /v1/instances', `Content-Type: application/json\r\n${headers}`, body);

  it.each<[string, () => string | Buffer, number, boolean?]>([
    ['a body shorter than its length, and a FIN', () => post('Content-Length: 100\r\n', '{"name":"a"}'), 400, true],
    ['a body longer than its length', () => post('Content-Length: 5\r\n', '{"name":"a"}'), 400],
    ['a negative length', () => post('Content-Length: -1\r\n'), 400],
    ['a length that is no number', () => post('Content-Length: 1e3\r\n'), 400],
    ['an unbearable length', () => post('Content-Length: 99999999999\r\n'), 413],
    ['two lengths', () => post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), 400],
    ['a length and chunks', () => post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk that is none', () => post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n'), 400],
    ['chunks that never end, and a FIN', () => post('Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n'), 400, true],
    ['chunks without a content type', () => request('POST /v1/instances', 'Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n'), 415],
    ['an unknown transfer encoding', () => post('Transfer-Encoding: gzip\r\n', '{}'), 400],
    ['chunks that exceed the limit', () => post('Transfer-Encoding: chunked\r\n', `${'10000\r\n'.concat('x'.repeat(0x10000), '\r\n').repeat(5)}0\r\n\r\n`), 413],
    ['two content types', () => post('Content-Type: text/plain\r\nContent-Length: 2\r\n', '{}'), 422],
    ['an expectation that nobody can meet', () => post('Expect: miracles\r\nContent-Length: 2\r\n', '{}'), 417],
    ['an expectation that Node meets', () => post('Expect: 100-continue\r\nContent-Length: 2\r\n', '{}'), 422],
    ['no host', () => `GET /v1/instances HTTP/1.1\r\n${head}\r\n`, 400],
    ['a NUL in a header', () => request('GET /v1/instances', 'X-A: a\0b\r\n'), 400],
    ['a header over two lines', () => request('GET /v1/instances', 'X-A: a\r\n b\r\n'), 400],
    ['thousands of headers', () => request('GET /v1/instances', Array.from({ length: 2_500 }, (_, n) => `a${n}: 1\r\n`).join('')), 431],
    ['a query longer than headers may be', () => request(`GET /v1/instances?q=${'x'.repeat(40_000)}`), 431],
    ['a method that HTTP does not know', () => request('BREW /v1/instances'), 400],
    ['a method in small letters', () => request('get /v1/instances'), 400],
    ['the method QUERY', () => request('QUERY /v1/instances'), 400],
    ['a path with bytes', () => Buffer.from(request('GET /v1/instances/\u00ff'), 'latin1'), 400],
    ['a path with a space', () => request('GET /v1/instances /x'), 400],
    ['a path with backslashes', () => request('GET \\v1\\instances'), 400],
    ['a path with two slashes', () => request('GET //v1//instances'), 404],
    ['the path *', () => request('OPTIONS *'), 404],
    ['lines without a carriage return', () => 'GET /healthz HTTP/1.1\nHost: x\n\n', 400],
    ['half a request line, and a FIN', () => 'GET /v1/inst', 400, true],
    ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ])('%s: is answered with a problem', async (_what, text, status, hangUp = false) => {
    const answer = await say(test.url, text(), hangUp);
    expect(answer).toMatchObject({ status, head: expect.stringMatching(/content-type: application\/problem\+json/i) });
    expect(JSON.parse(answer.body)).toMatchObject({ status, type: expect.any(String), title: expect.any(String), detail: expect.any(String), code: expect.any(String) });
    expect(await standingRows(superuser)).toEqual(rows);
  });

  it.each([
    ['another host in the request line', () => request('GET http://elsewhere.example/v1/instances')],
    ['an upgrade that nobody offers', () => request('GET /v1/instances', 'Upgrade: websocket\r\n')],
    ['a body on a GET', () => request('GET /v1/instances', 'Content-Type: application/json\r\nContent-Length: 2\r\n', '{x')],
  ])('%s: is no reason not to answer', async (_what, text) => {
    expect((await say(test.url, text())).status).toBe(200);
  });

  it.each(['CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', '\r\n\r\n\r\n'])('%j: is no request at all, and the server hangs up', async (text) => {
    expect((await say(test.url, text, true)).status).toBe(0);
  });

  it('does not wait for ever for a request that never comes whole', () => {
    // Node looks every 30 s, which is longer than a test may take: the setting is what can be seen
    const { requestTimeout, headersTimeout } = test.app.getHttpServer() as { requestTimeout: number; headersTimeout: number };
    for (const ms of [requestTimeout, headersTimeout]) expect(ms > 0 && ms <= 60_000).toBe(true);
  });
});
