import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { isId, type TenantId } from '#libs/contracts';
import { StartError } from '#libs/platform';
import { type WebSocket, WebSocketServer } from 'ws';
import { PhoneLine } from '../phone/phone-line.js';
import { SandboxSettings } from '../sandbox.settings.js';
import { Authorities } from './authority.js';
import { Connection } from './connection.js';
import { FrontDesk } from './front-desk.js';
import { secondsLeft, StandingFaults } from './standing-faults.js';

/** What a process binds to that listens on every address. */
const ANY = new Set(['0.0.0.0', '::']);
const LARGEST_FRAME = 4 * 1024 * 1024;
const PATH = /^\/ws\/(ten_[0-9a-z]+)$/;
/** A client asks for a sign of life every 30 s: one that has been quiet for so long is gone. */
const QUIET_MS = 5 * 60_000;
const ROUND_MS = 30_000;

/** The simulated WhatsApp: a WebSocket server, one address per tenant. */
@Injectable()
export class WhatsAppServer implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger(WhatsAppServer.name);
  private readonly http: Server = createServer();
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FRAME, perMessageDeflate: false });
  private readonly connections = new Set<Connection>();
  private rounds?: NodeJS.Timeout;

  constructor(
    private readonly settings: SandboxSettings,
    private readonly authorities: Authorities,
    private readonly desk: FrontDesk,
    private readonly line: PhoneLine,
    private readonly faults: StandingFaults,
  ) {
    this.http.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head));
  }

  async onModuleInit(): Promise<void> {
    this.http.listen(this.settings.port, this.settings.host);
    await once(this.http, 'listening').catch(({ code }: NodeJS.ErrnoException) => {
      const { port, host } = this.settings;
      throw new StartError(`The sandbox cannot listen on port ${port} of ${host} (${code})`, 'Set TENURE_SANDBOX_PORT to a free port (0 picks one), TENURE_SANDBOX_HOST to an address of this machine');
    });
    this.rounds = setInterval(() => this.endQuietOnes(), ROUND_MS).unref();
  }

  /** In the last phase of a shutdown: the product's own sessions have ended before, of their own accord. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.rounds);
    if (!this.http.listening) return;
    const connections = [...this.connections];
    for (const connection of connections) connection.terminate();
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, 'close');
    await Promise.all(connections.map((connection) => connection.idle()));
    await this.line.idle();
  }

  /** For whatever comes to this address and is no WebSocket. */
  onRequest(listener: RequestListener): void {
    this.http.on('request', listener);
  }

  urlFor(tenantId: TenantId): string {
    const { address, port } = this.http.address() as AddressInfo;
    const host = ANY.has(address) ? '127.0.0.1' : address;
    return `ws://${host.includes(':') ? `[${host}]` : host}:${port}/ws/${tenantId}`;
  }

  /** The open connections of a tenant, logged in or not. */
  connectionsOf(tenantId: TenantId): Connection[] {
    return [...this.connections].filter((connection) => connection.tenantId === tenantId);
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => undefined);
    const tenantId = PATH.exec(request.url ?? '')?.[1] ?? '';
    if (!isId('ten', tenantId)) return refuse(socket, '404 Not Found');
    if (this.faults.find(tenantId, 'upgrade_503', null)) return refuse(socket, '503 Service Unavailable');
    if (this.faults.find(tenantId, 'upgrade_429', null)) return refuse(socket, '429 Too Many Requests');
    try {
      const { server } = await this.authorities.get(tenantId);
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.welcome(tenantId, webSocket, server));
    } catch (error) {
      this.log.warn(`a simulated connection was refused: ${error instanceof Error ? error.name : 'unknown error'}`);
      refuse(socket, '503 Service Unavailable');
    }
  }

  private welcome(tenantId: TenantId, socket: WebSocket, identity: ConstructorParameters<typeof Connection>[2]): void {
    const latency = (number: string | null) => this.faults.find(tenantId, 'latency', number)?.milliseconds ?? 0;
    const connection = new Connection(tenantId, socket, identity, this.desk, latency);
    const silence = this.faults.find(tenantId, 'upgrade_blackhole', null);
    if (silence) connection.silence(secondsLeft(silence));
    this.connections.add(connection);
    socket.on('close', () => this.connections.delete(connection));
  }

  private endQuietOnes(): void {
    for (const connection of this.connections) if (connection.lastHeard < Date.now() - QUIET_MS) connection.terminate();
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
