import { once } from 'node:events';
import net from 'node:net';

const STARTUP_HEADER = 4;
const MESSAGE_HEADER = 5;
const BIND = 0x42;
const PARSE = 0x50;
const QUERY = 0x51;
const NOTHING = /^(?!)/;

/**
 * When the line is cut: before the statement reaches the database; after, so that only its answer is lost; or after the commit that follows
 * on the same connection, so that it is done and nobody is told.
 */
export type CutMoment = 'before' | 'after' | 'committed';

/**
 * Stands between the product and PostgreSQL and cuts the connection at one chosen statement, as a network does.
 * Only statements that match are counted.
 */
export class CuttingProxy {
  private armed: { at: number; moment: CutMoment; act: () => void } | undefined;
  private blocked = false;
  private seen = 0;
  /** how many times the line was cut */
  cuts = 0;
  private readonly server: net.Server;
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private target: URL,
    private readonly counted: RegExp,
  ) {
    this.server = net.createServer((client) => this.relay(client));
  }

  /** Gives the proxy and the URL that leads through it. */
  static async start(databaseUrl: string, counted: RegExp = NOTHING): Promise<{ proxy: CuttingProxy; url: string }> {
    const target = new URL(databaseUrl);
    const proxy = new CuttingProxy(target, counted);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    const url = new URL(databaseUrl);
    url.port = String((proxy.server.address() as net.AddressInfo).port);
    return { proxy, url: url.href };
  }

  /** Counts from now on and cuts once, at the statement with this number (the first is 1). `act` comes just before the cut. */
  cutAt(statement: number, moment: CutMoment, act: () => void = () => undefined): void {
    this.seen = 0;
    this.armed = { at: statement, moment, act };
  }

  /** How many matching statements went through since `cutAt`. */
  get statements(): number {
    return this.seen;
  }

  /** As if the database were stopped: every line is cut, and a new one is cut at once. */
  block(): void {
    this.blocked = true;
    this.cutAll();
  }

  unblock(): void {
    this.blocked = false;
  }

  /** Every line is cut, as in a restart that is over at once; new ones are let through. */
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** New lines go to where the database is now. */
  lead(databaseUrl: string): void {
    this.target = new URL(databaseUrl);
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private relay(client: net.Socket): void {
    if (this.blocked) return void client.destroy();
    const database = net.connect(Number(this.target.port), this.target.hostname);
    const end = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      this.sockets.add(socket);
      socket.on('error', end).on('close', () => {
        this.sockets.delete(socket);
        end();
      });
    }
    const statements = new StatementReader();
    let atCommit = false;
    client.on('data', (chunk: Buffer) => {
      const seen = statements.push(chunk);
      const found = seen.some((sql) => this.isTheOne(sql));
      const cut = atCommit ? seen.includes('COMMIT') : found && this.armed?.moment !== 'committed';
      atCommit ||= found && this.armed?.moment === 'committed';
      if (!cut) database.write(chunk);
      else if (this.armed?.moment === 'before') this.cut(end);
      else database.removeAllListeners('data').once('data', () => this.cut(end)).write(chunk);
    });
    database.on('data', (chunk) => client.destroyed || client.write(chunk));
  }

  private isTheOne(sql: string): boolean {
    if (!this.armed || !this.counted.test(sql)) return false;
    this.seen++;
    return this.seen === this.armed.at;
  }

  private cut(end: () => void): void {
    this.cuts++;
    this.armed?.act();
    end();
  }
}

/** The SQL of what a client runs: of `Query`, and of `Bind`, which names a statement that was parsed before. */
class StatementReader {
  private rest = Buffer.alloc(0);
  private started = false;
  private readonly parsed = new Map<string, string>();

  push(chunk: Buffer): string[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const found: string[] = [];
    for (let message = this.next(); message; message = this.next()) {
      const [first = '', second = ''] = message.body.toString('latin1').split('\0', 2);
      if (message.type === PARSE) this.parsed.set(first, second);
      if (message.type === BIND) found.push(this.parsed.get(second) ?? '');
      if (message.type === QUERY) found.push(first);
    }
    return found;
  }

  private next(): { type: number; body: Buffer } | null {
    const header = this.started ? MESSAGE_HEADER : STARTUP_HEADER;
    if (this.rest.length < header) return null;
    const length = this.rest.readUInt32BE(header - 4) + header - 4;
    if (this.rest.length < length) return null;
    const message = { type: this.started ? this.rest[0]! : 0, body: this.rest.subarray(header, length) };
    this.rest = this.rest.subarray(length);
    this.started = true;
    return message;
  }
}
