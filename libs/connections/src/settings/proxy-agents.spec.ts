import { once } from 'node:events';
import http, { type Server } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { OutboundGuard } from '#libs/platform';
import { until } from '#libs/testing';
import WebSocket, { WebSocketServer } from 'ws';
import { makeLoopbackCertificate } from '../../../../test/setup/loopback-certificate.js';
import { LoopbackProxy } from '../../../../test/setup/loopback-proxy.js';
import { agentsThrough, type ProxyAgents } from './proxy-agents.js';
import { ProxyTunnel } from './proxy-tunnel.js';
import { proxyAddress } from './proxy-url.js';

const LOGIN = { username: 'ana', password: 'secret' };

describe('every way out of a session with a proxy', () => {
  const certificate = makeLoopbackCertificate();
  const servers: Record<'ws:' | 'wss:', Server> = { 'ws:': http.createServer(), 'wss:': https.createServer(certificate) };
  const KINDS: [string, () => Promise<LoopbackProxy>][] = [
    ['http', () => LoopbackProxy.http(LOGIN)],
    ['https', () => LoopbackProxy.http(LOGIN, certificate)],
    ['socks5', () => LoopbackProxy.socks(LOGIN)],
  ];
  let proxy: LoopbackProxy;
  let agents: ProxyAgents;

  beforeAll(async () => {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.cert]);
    for (const server of Object.values(servers)) {
      server.on('request', (request, response) => request.resume().on('end', () => response.end(`${request.method} ${request.url}`)));
      new WebSocketServer({ server }).on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
  });
  afterEach(async () => {
    agents.close();
    await proxy.stop();
  });
  afterAll(() => {
    for (const server of Object.values(servers)) server.close();
  });

  const portOf = (protocol: 'ws:' | 'wss:') => (servers[protocol].address() as AddressInfo).port;
  const begin = async (start: () => Promise<LoopbackProxy>, protocol: 'ws:' | 'wss:') => {
    proxy = await start();
    const url = `${protocol}//127.0.0.1:${portOf(protocol)}/ws/chat`;
    agents = agentsThrough(new ProxyTunnel(proxyAddress(proxy.url()), new OutboundGuard(['127.0.0.1'])), url);
    return url;
  };

  it.each(KINDS.flatMap(([kind, start]) => (['ws:', 'wss:'] as const).map((protocol) => [protocol, kind, start] as const)))(
    'is a line of it: a session over %s through %s',
    async (protocol, _kind, start) => {
      const socket = new WebSocket(await begin(start, protocol), { agent: agents.agent });
      await once(socket, 'open');
      socket.send('hello');
      expect(String(((await once(socket, 'message')) as [Buffer])[0])).toBe('hello');
      expect(proxy.asked).toEqual([`127.0.0.1:${portOf(protocol)}`]);
      agents.close();
      await once(socket, 'close');
      await until('nothing held', async () => proxy.held === 0);
    },
  );

  it.each(KINDS)('is a line of it: an upload and a download through %s', async (_kind, start) => {
    await begin(start, 'wss:');
    const url = `https://127.0.0.1:${portOf('wss:')}`;
    const upload = https.request(`${url}/upload`, { method: 'POST', agent: agents.fetchAgent });
    upload.end('x'.repeat(1_000_000));
    const [answer] = (await once(upload, 'response')) as [http.IncomingMessage];
    expect(String(Buffer.concat(await answer.toArray()))).toBe('POST /upload');
    expect(await (await fetch(`${url}/history`, agents.options)).text()).toBe('GET /history');
    expect(await (await fetch(`http://127.0.0.1:${portOf('ws:')}/plain`, agents.options)).text()).toBe('GET /plain');
    expect(proxy.asked).toEqual([`127.0.0.1:${portOf('wss:')}`, `127.0.0.1:${portOf('wss:')}`, `127.0.0.1:${portOf('ws:')}`]);
    agents.close();
    await until('nothing held', async () => proxy.held === 0);
  });

  it('is closed while the proxy is away: nothing goes straight out', async () => {
    const url = await begin(KINDS[0]![1], 'ws:');
    await proxy.stop();
    let came = 0;
    servers['ws:'].on('connection', () => came++);
    const [error] = (await once(new WebSocket(url, { agent: agents.agent }), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    await expect(fetch(url.replace('ws:', 'http:'), agents.options)).rejects.toThrow('fetch failed');
    expect(came).toBe(0);
  });
});
