import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import type { OutboundGuard } from '#libs/platform';
import { SocksClient } from 'socks';
import type { ProxyAddress } from './proxy-url.js';

/** How long a proxy may take to say that the way is free. */
const PATIENCE_MS = 20_000;

/** The proxy did not let us through. Of the network, as far as what follows from it goes: `E...` is how the network's errors are told apart. */
export class ProxyFailed extends Error {
  readonly code: string;

  constructor(why: string, code = 'EPROXY') {
    super(`The proxy ${why}`);
    this.code = code;
  }
}

/**
 * Lines of one session through its proxy. The proxy looks up the names of what it connects to. Nothing goes any other way: when there is no
 * line through the proxy there is none. After `close()` no line is left, however far it had come.
 */
export class ProxyTunnel {
  private readonly lines = new Set<net.Socket>();
  private readonly closing = new AbortController();

  constructor(
    private readonly proxy: ProxyAddress,
    private readonly guard: OutboundGuard,
    private readonly onFailure: (failure: ProxyFailed) => void = () => undefined,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /** A line to `host`, on which nothing has been said yet. @throws ProxyFailed */
  async open(host: string, port: number): Promise<net.Socket> {
    try {
      const line = await this.dial();
      const impatience = setTimeout(() => line.destroy(new ProxyFailed('did not answer in time', 'ETIMEDOUT')), this.patienceMs);
      const asked = this.proxy.kind === 'socks5' ? this.askSocks(line, host, port) : this.askHttp(line, host, port);
      return await asked.finally(() => clearTimeout(impatience));
    } catch (error) {
      const failure = error instanceof ProxyFailed ? error : new ProxyFailed(`cannot be used: ${(error as Error).message}`, codeOf(error));
      if (!this.closing.signal.aborted) this.onFailure(failure);
      throw failure;
    }
  }

  close(): void {
    this.closing.abort();
    for (const line of this.lines) line.destroy();
  }

  /** To the address that was checked. */
  private async dial(): Promise<net.Socket> {
    const { kind, host, port } = this.proxy;
    const lookup = await this.guard.pin(host);
    this.closing.signal.throwIfAborted();
    const line = kind === 'https' ? tls.connect({ host, port, lookup, ...nameOf(host) }) : net.connect({ host, port, lookup });
    this.lines.add(line);
    // whoever uses the line hears of its errors, too; nobody may be there yet
    return line.on('error', () => undefined).once('close', () => this.lines.delete(line));
  }

  /** RFC 9110, 9.3.6. */
  private async askHttp(line: net.Socket, host: string, port: number): Promise<net.Socket> {
    const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
    const headers = { host: authority, ...authorization(this.proxy) };
    const request = http.request({ method: 'CONNECT', path: authority, headers, createConnection: () => line });
    request.on('error', () => undefined).end();
    const [{ statusCode = 0 }, socket, head] = (await once(request, 'connect', this.closing)) as [IncomingMessage, net.Socket, Buffer];
    if (statusCode < 200 || statusCode > 299) {
      socket.destroy();
      throw new ProxyFailed(`answered ${statusCode}`);
    }
    if (head.length > 0) socket.unshift(head);
    return socket;
  }

  /** RFC 1928, with RFC 1929 where there is a password. */
  private async askSocks(line: net.Socket, host: string, port: number): Promise<net.Socket> {
    await once(line, 'connect', this.closing);
    const { username, password } = this.proxy;
    const login = username ? { userId: username, password } : {};
    const proxy = { host: this.proxy.host, port: this.proxy.port, type: 5 as const, ...login };
    const options = { command: 'connect' as const, destination: { host, port }, proxy, existing_socket: line, timeout: this.patienceMs };
    return (await SocksClient.createConnection(options)).socket;
  }
}

const nameOf = (host: string) => (net.isIP(host) ? {} : { servername: host });

const codeOf = (error: unknown): string | undefined => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('E') ? code : undefined;
};

function authorization({ username, password }: ProxyAddress): Record<string, string> {
  if (!username) return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
