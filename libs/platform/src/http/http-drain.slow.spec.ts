import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { Controller, Get, Post } from '@nestjs/common';
import { TestGround, until } from '#libs/testing';
import { Draining } from '../process/draining.js';
import { Public } from './access.js';

/** How long a stop takes at most, and what a busy machine may add. */
const BOUND_MS = 10_000;
const SLACK_MS = 5_000;

let working = 0;
let finish: () => void;

/** Answers when the test says so: work that is going on when the process is told to stop. */
@Controller('slow')
class SlowController {
  @Get()
  @Public()
  async answer(): Promise<{ answer: string }> {
    working++;
    await new Promise<void>((resolve) => (finish = resolve));
    return { answer: 'done' };
  }

  @Post()
  @Public()
  take(): void {
    working++;
  }
}

interface Heard {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

describe('a process that stops', () => {
  let ground: TestGround;
  const open: net.Socket[] = [];

  beforeEach(async () => {
    working = 0;
    ground = await TestGround.start({ controllers: [SlowController] });
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await ground.close();
  });

  const address = () => {
    const { hostname, port } = new URL(ground.url);
    return { host: hostname, port: Number(port) };
  };

  /** A connection that has sent this much. */
  const connect = async (bytes = ''): Promise<net.Socket> => {
    const socket = net.connect(address());
    open.push(socket.on('error', () => undefined));
    await once(socket, 'connect');
    if (bytes) socket.write(bytes);
    return socket;
  };

  const get = (path: string, agent?: http.Agent): Promise<Heard> =>
    new Promise((resolve, reject) => {
      const request = http.get({ ...address(), path, agent }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      });
      request.on('error', reject);
    });

  /** Everything the server says until it ends the connection. */
  const hear = async (socket: net.Socket): Promise<string> => {
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(socket, 'close');
    return said;
  };

  const took = async (work: Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await work;
    return performance.now() - from;
  };

  it('says that it is not ready before it stops, and goes on answering', async () => {
    expect(await get('/readyz')).toMatchObject({ status: 200 });
    ground.get(Draining).begin();
    expect(await get('/readyz')).toMatchObject({ status: 503, headers: { connection: 'close' }, text: expect.stringContaining('The process is about to stop.') });
    expect(await get('/healthz', new http.Agent({ keepAlive: true }))).toMatchObject({ status: 200, headers: { connection: 'close' } });
    expect(await get('/v1/tenants')).toMatchObject({ status: 401 });
  });

  it('answers the request it is working on, and ends its connection', async () => {
    const answer = get('/slow', new http.Agent({ keepAlive: true }));
    await until('it works', async () => working === 1);
    const stopped = ground.app.close();
    setTimeout(() => finish(), 500);
    expect(await answer).toMatchObject({ status: 200, text: '{"answer":"done"}', headers: { connection: 'close' } });
    await stopped;
  });

  it('takes no new connection meanwhile', async () => {
    const answer = get('/slow');
    await until('it works', async () => working === 1);
    const stopped = ground.app.close();
    await until('refused', () => get('/healthz').then(() => false, (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED'));
    finish();
    expect(await answer).toMatchObject({ status: 200 });
    await stopped;
  });

  it('answers what arrives late on an open connection with a problem that says to come back', async () => {
    const late = await connect('GET /healthz HTTP/1.1\r\nHost: tenure\r\n');
    const heard = hear(late);
    const answer = get('/slow');
    await until('it works', async () => working === 1);
    const stopped = ground.app.close();
    await until('refused', () => get('/healthz').then(() => false, () => true));
    late.write('\r\n');
    expect(await heard).toMatch(/^HTTP\/1\.1 503 [^]*"code":"unavailable"/);
    expect((await heard).toLowerCase()).toMatch(/\r\nretry-after: \d+\r\n[^]*\r\nconnection: close\r\n|\r\nconnection: close\r\n[^]*\r\nretry-after: \d+\r\n/);
    finish();
    expect(await answer).toMatchObject({ status: 200 });
    await stopped;
  });

  it('is not held up by connections on which nothing is asked', async () => {
    const agent = new http.Agent({ keepAlive: true });
    await get('/healthz', agent);
    await connect();
    expect(await took(ground.app.close())).toBeLessThan(SLACK_MS);
    agent.destroy();
  });

  it('is held up by a client that never finishes sending for ten seconds, and no longer', async () => {
    await connect('POST /slow HTTP/1.1\r\nHost: tenure\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half":');
    await connect('GET /healthz HTTP/1.1\r\nHost: ten');
    await get('/healthz');
    expect(await took(ground.app.close())).toBeLessThan(BOUND_MS + SLACK_MS);
    expect(working).toBe(0);
  });
});
