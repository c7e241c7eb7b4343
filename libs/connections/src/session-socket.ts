import type { WhatsAppServer } from '#libs/contracts';
import type { AuthenticationCreds, BaileysEventMap, BinaryNode, WAMessage, WASocket } from '@whiskeysockets/baileys';
import { type Acknowledgement, Acknowledgements } from './acknowledgements.js';
import { OtherNumber, SocketEnded } from './describe-close.js';
import { guardDecryption, type MessageKeeper } from './guard-decryption.js';
import { newMessageId, openSocket, type SocketOptions } from './whatsapp-engine.js';

/** What a socket tells its session, and asks. After `end()` or `onEnd` it says nothing but what must not be lost: credentials and messages. */
export interface SocketListener extends Pick<MessageKeeper, 'keep' | 'isKept'> {
  /** it is there, and nothing has happened on it */
  onSocket(socket: WASocket): void;
  onCredentials(): void;
  onMessages(messages: WAMessage[]): void;
  /** something came in; what follows from it takes a while */
  onFrame(): void;
  onQr(text: string): void;
  onOpen(): void;
  /** once, and the last word */
  onEnd(error: unknown): void;
}

const CONNECT_MS = 20_000;
const KEEP_ALIVE_MS = 12_000;
/** So that a dead peer is noticed within 20 s. Baileys would notice it too, and then wait half a minute more for its farewell. */
const SILENCE_MS = KEEP_ALIVE_MS + 5_000;
const ACKNOWLEDGED_MS = 20_000;

/** Of the pairing, so the same for the life of an instance. */
const BROWSER: [string, string, string] = ['Ubuntu', 'Chrome', '22.04.4'];

export const FLEET_OPTIONS = {
  browser: BROWSER,
  connectTimeoutMs: CONNECT_MS,
  keepAliveIntervalMs: KEEP_ALIVE_MS,
  defaultQueryTimeoutMs: 60_000,
  generateHighQualityLinkPreview: false,
  // a store that fails is tried again briefly: the socket's sends wait meanwhile
  transactionOpts: { maxCommitRetries: 3, delayBetweenTriesMs: 500 },
} satisfies Partial<SocketOptions>;

/** One WebSocket to WhatsApp and its timers. Never used again once it has ended. */
export class SessionSocket {
  private readonly socket: WASocket;
  private readonly acknowledgements = new Acknowledgements();
  private silence: NodeJS.Timeout | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private heardAt = performance.now();
  private over = false;

  constructor(
    server: WhatsAppServer,
    options: SocketOptions,
    private readonly listener: SocketListener,
  ) {
    this.socket = openSocket(server, options);
    this.socket.ev.process((events) => this.onEvents(events));
    guardDecryption(this.socket, {
      isOver: () => this.over || !this.socket.ws.isOpen,
      keep: (message) => listener.keep(message),
      isKept: (message) => listener.isKept(message),
    });
    listener.onSocket(this.socket);
    this.socket.ws.on('frame', () => {
      this.heardAt = performance.now();
      listener.onFrame();
    });
    this.socket.ws.on('CB:ack,class:message', (node: BinaryNode) => this.acknowledgements.receive(node));
    // Baileys listens to it, so `ws` does not abort; and then nothing more would ever happen
    this.socket.ws.on('unexpected-response', () => this.finish(new SocketEnded('The upgrade to a WebSocket was refused')));
    this.expectFrame(SILENCE_MS);
  }

  get me(): AuthenticationCreds['me'] {
    return this.socket.user;
  }

  /** The state the session is in now must end within this time, or the socket does. Replaces the deadline before. */
  mustLeaveStateWithin(ms: number): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.finish(new SocketEnded('It took too long', 408)), ms);
  }

  mayStay(): void {
    clearTimeout(this.deadline);
  }

  /** Ends it for a reason of the session's own. The line is cut before Baileys refuses for good what it could only not open now. */
  fail(error: Error): void {
    void this.socket.ws.close();
    this.finish(error);
  }

  /** Of a phone that must not be linked: the line is cut before Baileys confirms the link, so the phone lists no device that we do not know. */
  refusePairing(): void {
    void this.socket.ws.close();
    this.finish(new OtherNumber());
  }

  /** Takes nothing more in. What has come in goes on: a message whose key is used up cannot be delivered again. */
  stopListening(): void {
    this.socket.ws.removeAllListeners('message');
  }

  /** Silently: nothing but credentials and messages is reported any more. */
  end(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.deadline);
    clearTimeout(this.silence);
    this.acknowledgements.abandon();
    // not inside one of its own events: it would leave a timer behind
    setImmediate(() => {
      // what Baileys has opened, receipted and not told yet
      this.socket.ev.flush();
      void this.socket.end(undefined);
    });
  }

  /** @throws NoAcknowledgement */
  async sendText(jid: string, text: string): Promise<{ id: string; message: WAMessage; ack: Acknowledgement }> {
    const id = newMessageId(this.me?.id);
    const acknowledged = this.acknowledgements.expect(id, ACKNOWLEDGED_MS);
    // a link preview would fetch the link from here
    const sent = this.socket.sendMessage(jid, { text, linkPreview: null }, { messageId: id });
    const [message, ack] = await Promise.all([sent, acknowledged]);
    return { id, message: message!, ack };
  }

  requestPairingCode(phoneNumber: string): Promise<string> {
    return this.socket.requestPairingCode(phoneNumber);
  }

  /** Takes this device off the account. Ends with 401. */
  logout(): Promise<void> {
    return this.socket.logout();
  }

  /** The JID of a person: the phone number behind a LID where WhatsApp told us. */
  async personOf(jid: string): Promise<string> {
    if (!jid.endsWith('@lid')) return jid;
    return (await this.socket.signalRepository.lidMapping.getPNForLID(jid)) ?? jid;
  }

  private onEvents(events: Partial<BaileysEventMap>): void {
    if (events['creds.update']) this.listener.onCredentials();
    if (events['messages.upsert']) this.listener.onMessages(events['messages.upsert'].messages);
    const update = events['connection.update'];
    // Baileys drops what it has opened, receipted and not told yet
    if (update?.connection === 'close') this.socket.ev.flush();
    if (this.over) return;
    if (update?.qr) this.listener.onQr(update.qr);
    if (update?.connection === 'open') this.listener.onOpen();
    if (update?.connection === 'close') this.finish(update.lastDisconnect?.error);
  }

  private expectFrame(withinMs: number): void {
    this.silence = setTimeout(() => setImmediate(() => this.checkSilence()), withinMs);
  }

  /** After the turn of the network: what arrived while this process stood still has been heard by now. */
  private checkSilence(): void {
    if (this.over) return;
    const left = SILENCE_MS - (performance.now() - this.heardAt);
    if (left > 0) this.expectFrame(left);
    else this.finish(new SocketEnded('Nothing was heard any more', 408));
  }

  private finish(error: unknown): void {
    if (this.over) return;
    this.end();
    this.listener.onEnd(error);
  }
}
