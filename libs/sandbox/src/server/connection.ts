import { Logger } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { WebSocket } from 'ws';
import type { Account, DeviceAddress } from '../protocol/addresses.js';
import { frame, FrameReader } from '../protocol/frames.js';
import { type Introduction, NoiseHandshake, type ServerIdentity } from '../protocol/noise-handshake.js';
import type { NoiseTransport } from '../protocol/noise-transport.js';
import { decodeStanza, encodeStanza, type Stanza } from '../protocol/stanza.js';
import { DelayLine } from './delay-line.js';
import type { DeviceFeed } from './device-feed.js';
import { OpenQuestions } from './open-questions.js';

/** Who speaks on a connection, from its login on. */
export interface Session {
  account: Account;
  address: DeviceAddress;
  feed: DeviceFeed;
}

/** What the server does with a connection. One call at a time per connection; one that fails costs the connection. */
export interface ConnectionHandler {
  opened(connection: Connection, introduction: Introduction): Promise<void>;
  received(connection: Connection, stanza: Stanza): Promise<void>;
  closed(connection: Connection): void;
}

/** How much a client may have waiting before its socket is not read any more. */
const BACKLOG = 256;

/** One client's socket: handshake, then stanzas both ways, handled in the order they came. */
export class Connection {
  session: Session | null = null;
  lastHeard = Date.now();
  private readonly log = new Logger(Connection.name);
  private readonly frames = new FrameReader();
  private readonly handshake: NoiseHandshake;
  private readonly questions = new OpenQuestions();
  private readonly inbound = new DelayLine();
  private readonly outbound = new DelayLine();
  private greeted = false;
  private transport: NoiseTransport | null = null;
  private mute = false;
  private silenceEnd?: NodeJS.Timeout;
  private ending = false;
  private backlog = 0;
  private work: Promise<void> = Promise.resolve();

  constructor(
    readonly tenantId: TenantId,
    private readonly socket: WebSocket,
    identity: ServerIdentity,
    private readonly handler: ConnectionHandler,
    /** how many milliseconds everything is late, each way, for this number (null: nobody's yet) */
    private readonly latency: (number: string | null) => number = () => 0,
  ) {
    this.handshake = new NoiseHandshake(identity);
    socket.on('message', (data: Buffer) => this.inbound.pass(this.lateness(), () => this.read(data)));
    socket.on('error', () => undefined);
    socket.on('close', () => this.close());
  }

  /** Whose line it is; null while nobody has logged in. */
  get number(): string | null {
    return this.session?.address.number ?? null;
  }

  /** Nothing passes, though the line is there. */
  get isSilent(): boolean {
    return this.mute;
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN && !this.ending;
  }

  /** Lost silently when the socket is gone: what matters is in the queue. */
  send(stanza: Stanza): void {
    if (!this.transport || this.mute || this.socket.readyState !== this.socket.OPEN) return;
    this.write(this.transport.seal(encodeStanza(stanza)));
  }

  /** Sends a query and waits for its result. @throws when none comes in time, or the connection closes before */
  ask(query: Stanza, milliseconds: number): Promise<Stanza> {
    if (!this.isOpen) return Promise.reject(new Error('the connection is closed'));
    const answer = this.questions.open(query.attrs.id ?? '', milliseconds);
    this.send(query);
    return answer;
  }

  /** Says a last word and closes. Nothing that arrives afterwards is handled. */
  end(lastWord: Stanza): void {
    this.send(lastWord);
    this.ending = true;
    this.outbound.pass(this.lateness(), () => this.socket.close());
  }

  /** Cuts the line without a word. */
  terminate(): void {
    this.ending = true;
    this.socket.terminate();
  }

  /** Resolves when nothing that it has brought is being handled any more. */
  async idle(): Promise<void> {
    await this.work;
  }

  /** A black hole: the line stays, nothing passes, until it is cut. */
  silence(seconds: number): void {
    this.mute = true;
    this.socket.pause();
    clearTimeout(this.silenceEnd);
    this.silenceEnd = setTimeout(() => this.terminate(), seconds * 1000).unref();
  }

  private lateness(): number {
    return this.latency(this.number);
  }

  private write(content: Buffer): void {
    this.outbound.pass(this.lateness(), () => this.socket.send(frame(content)));
  }

  private read(data: Buffer): void {
    if (this.mute || this.ending) return;
    this.lastHeard = Date.now();
    try {
      for (const content of this.frames.push(data)) this.take(content);
    } catch (error) {
      this.fail(error);
    }
  }

  private take(content: Buffer): void {
    if (!this.greeted) {
      this.greeted = true;
      this.write(this.handshake.answerHello(content));
    } else if (!this.transport) {
      const introduction = this.handshake.finish(content);
      this.transport = introduction.transport;
      this.inOrder(() => this.handler.opened(this, introduction));
    } else {
      const plaintext = this.transport.open(content);
      this.inOrder(async () => this.handle(await decodeStanza(plaintext)));
    }
  }

  private async handle(stanza: Stanza): Promise<void> {
    if (this.questions.answer(stanza)) return;
    await this.handler.received(this, stanza);
  }

  private inOrder(work: () => Promise<void>): void {
    if (++this.backlog === BACKLOG) this.socket.pause();
    this.work = this.work
      .then(() => (this.ending ? undefined : work()))
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        if (this.backlog-- === BACKLOG && !this.mute) this.socket.resume();
      });
  }

  /** The name of the error only: a message may quote what was sent. */
  private fail(error: unknown): void {
    this.log.warn(`a simulated connection failed: ${error instanceof Error ? error.name : 'unknown error'}`);
    this.log.debug(error);
    this.terminate();
  }

  private close(): void {
    this.ending = true;
    this.inbound.clear();
    this.outbound.clear();
    clearTimeout(this.silenceEnd);
    this.questions.abandon();
    this.handler.closed(this);
  }
}
