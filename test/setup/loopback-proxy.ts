import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { LoopbackCertificate } from './loopback-certificate.js';
import { SocksConversation } from './socks-conversation.js';

export interface Login {
  username: string;
  password: string;
}

/** A forward proxy on loopback, of the kind that instances go through: it lets nobody in without a password, and counts whom it let through. */
export class LoopbackProxy {
  /** `host:port` of every line it was asked for, in order */
  readonly asked: string[] = [];
  /** refused for a wrong password, or for none */
  refused = 0;
  private readonly sockets = new Set<net.Socket>();
  private port = 0;

  private constructor(
    private readonly scheme: 'http' | 'https' | 'socks5',
    private readonly server: net.Server,
    private readonly login: Login,
  ) {}

  /** HTTP CONNECT; with a certificate the line to the proxy itself is encrypted, too. */
  static async http(login: Login, certificate?: LoopbackCertificate): Promise<LoopbackProxy> {
    const server = certificate ? https.createServer(certificate) : http.createServer();
    const proxy = new LoopbackProxy(certificate ? 'https' : 'http', server, login);
    server.on('connect', (request: IncomingMessage, client: net.Socket) => proxy.connect(request, client));
    return proxy.listen();
  }

  /** SOCKS 5 with user and password (RFC 1928, RFC 1929). */
  static async socks(login: Login): Promise<LoopbackProxy> {
    const server = net.createServer();
    const proxy = new LoopbackProxy('socks5', server, login);
    server.on('connection', (client) => void proxy.converse(client).catch(() => client.destroy()));
    return proxy.listen();
  }

  /** Takes every line and never says a word. */
  static silent(): Promise<LoopbackProxy> {
    // it reads on: who does not, never hears that a client has gone
    return new LoopbackProxy('http', net.createServer((client) => client.resume()), { username: '', password: '' }).listen();
  }

  /** @param login another than the one it knows; null: none */
  url(login: Login | null = this.login): string {
    const user = login?.username ? `${encodeURIComponent(login.username)}:${encodeURIComponent(login.password)}@` : '';
    return `${this.scheme}://${user}127.0.0.1:${this.port}`;
  }

  /** How many lines clients hold to it now. */
  get held(): number {
    return this.sockets.size;
  }

  /** Cuts every line; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Cuts every line, and takes no new one. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
  }

  /** On the port that it had. */
  async listen(): Promise<this> {
    if (this.port === 0) this.server.on('connection', (socket: net.Socket) => this.hold(socket));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as net.AddressInfo).port;
    return this;
  }

  private hold(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => this.sockets.delete(socket));
  }

  private connect({ url = '', headers }: IncomingMessage, client: net.Socket): void {
    const { username, password } = this.login;
    if (headers['proxy-authorization'] === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`) {
      return this.join(url, client, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    }
    this.refused++;
    client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n');
  }

  private async converse(client: net.Socket): Promise<void> {
    const conversation = new SocksConversation(client);
    if (!(await conversation.login(this.login))) this.refused++;
    else this.join(await conversation.target(), client, () => conversation.accept());
  }

  private join(target: string, client: net.Socket, accept: () => void): void {
    this.asked.push(target);
    const { hostname, port } = new URL(`tcp://${target}`);
    const server = net.connect(Number(port), hostname, accept);
    client.pipe(server).pipe(client);
    for (const [one, other] of [[client, server], [server, client]] as const) one.on('error', () => other.destroy()).once('close', () => other.destroy());
  }
}
