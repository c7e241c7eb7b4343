import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { OutboundGuard } from '#libs/platform';
import { until } from '#libs/testing';
import { makeLoopbackCertificate } from '../../../../test/setup/loopback-certificate.js';
import { LoopbackProxy } from '../../../../test/setup/loopback-proxy.js';
import { ProxyTunnel } from './proxy-tunnel.js';
import { proxyAddress } from './proxy-url.js';

const LOGIN = { username: 'ana', password: 's@cret: /ü' };
const LOOPBACK = new OutboundGuard(['127.0.0.0/8']);

describe('a line through a proxy', () => {
  const certificate = makeLoopbackCertificate();
  let echo: net.Server;
  let port = 0;
  const tunnels: ProxyTunnel[] = [];
  const proxies: LoopbackProxy[] = [];

  beforeAll(async () => {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.cert]);
    echo = net.createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    port = (echo.address() as net.AddressInfo).port;
  });
  afterEach(async () => {
    for (const tunnel of tunnels.splice(0)) tunnel.close();
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });
  afterAll(() => echo.close());

  const KINDS: [string, () => Promise<LoopbackProxy>][] = [
    ['http', () => LoopbackProxy.http(LOGIN)],
    ['https', () => LoopbackProxy.http(LOGIN, certificate)],
    ['socks5', () => LoopbackProxy.socks(LOGIN)],
  ];
  const started = async (begin: Promise<LoopbackProxy>) => {
    const proxy = await begin;
    proxies.push(proxy);
    return proxy;
  };
  const through = (url: string, guard = LOOPBACK) => {
    const tunnel = new ProxyTunnel(proxyAddress(url), guard);
    tunnels.push(tunnel);
    return tunnel;
  };

  it.each(KINDS)('of %s leads to what it was asked for, with a password that has everything in it', async (_kind, begin) => {
    const proxy = await started(begin());
    const line = await through(proxy.url()).open('127.0.0.1', port);
    line.write('over and out');
    expect(String(await once(line, 'data'))).toBe('over and out');
    expect(proxy.asked).toEqual([`127.0.0.1:${port}`]);
  });

  it.each(KINDS)('of %s is not there with a wrong password, and the reason is one of the network', async (_kind, begin) => {
    const proxy = await started(begin());
    const opening = through(proxy.url({ ...LOGIN, password: 'guessed' })).open('127.0.0.1', port);
    await expect(opening).rejects.toMatchObject({ code: expect.stringMatching(/^E/), message: expect.not.stringContaining('guessed') });
    expect(proxy).toMatchObject({ refused: 1, asked: [] });
    await until('nothing held', async () => proxy.held === 0);
  });

  it.each(KINDS)('of %s is cut when the session ends, and none is made afterwards', async (_kind, begin) => {
    const proxy = await started(begin());
    const tunnel = through(proxy.url());
    await Promise.all([tunnel.open('127.0.0.1', port), tunnel.open('127.0.0.1', port)]);
    expect(proxy.held).toBe(2);
    tunnel.close();
    await until('nothing held', async () => proxy.held === 0);
    await expect(tunnel.open('127.0.0.1', port)).rejects.toMatchObject({ code: 'EPROXY' });
    expect(proxy.held).toBe(0);
  });

  it.each(['http', 'https', 'socks5'])('of %s that a proxy keeps waiting is given up by the session that ends', async (kind) => {
    const proxy = await started(LoopbackProxy.silent());
    const tunnel = through(proxy.url().replace('http:', `${kind}:`));
    const opening = tunnel.open('127.0.0.1', port);
    const given = expect(opening).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
    await until('the proxy has it', async () => proxy.held === 1);
    tunnel.close();
    await given;
    await until('nothing held', async () => proxy.held === 0);
  });

  it('that a proxy keeps waiting is given up after a while', async () => {
    const proxy = await started(LoopbackProxy.silent());
    const tunnel = new ProxyTunnel(proxyAddress(proxy.url()), LOOPBACK, undefined, 100);
    tunnels.push(tunnel);
    await expect(tunnel.open('127.0.0.1', port)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await until('nothing held', async () => proxy.held === 0);
  });

  it('is not made to where nothing may be connected to, however the name got there', async () => {
    const proxy = await started(LoopbackProxy.http(LOGIN));
    await expect(through(proxy.url(), new OutboundGuard()).open('127.0.0.1', port)).rejects.toMatchObject({ code: 'EPROXY', message: expect.stringContaining('public internet') });
    expect(proxy).toMatchObject({ refused: 0, asked: [] });
  });

  it('is not there when the proxy is not', async () => {
    const proxy = await LoopbackProxy.http(LOGIN);
    await proxy.stop();
    await expect(through(proxy.url()).open('127.0.0.1', port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is not made to a proxy whose certificate nobody vouches for', async () => {
    const proxy = await started(LoopbackProxy.http(LOGIN, makeLoopbackCertificate()));
    await expect(through(proxy.url()).open('127.0.0.1', port)).rejects.toMatchObject({ code: 'EPROXY' });
    expect(proxy.asked).toEqual([]);
  });
});
