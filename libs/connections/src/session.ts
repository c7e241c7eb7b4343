import { Logger } from '@nestjs/common';
import type { MessageArchive, Reason, WhatsAppServer } from '#libs/contracts';
import type { CacheStore, SignalKeyStore, WAMessage } from '@whiskeysockets/baileys';
import { CredentialsWriter } from './credentials-writer.js';
import { OwnershipLost } from './credentials.repository.js';
import type { CredentialsStore } from './credentials-store.js';
import { describeClose, KeysNotKept, OtherNumber, SocketEnded } from './describe-close.js';
import type { SessionMetrics } from './session.metrics.js';
import type { SessionClaim } from './session-claims.js';
import { SessionInbox } from './session-inbox.js';
import type { SessionRecords } from './session-records.js';
import { FLEET_OPTIONS, SessionSocket } from './session-socket.js';
import { ShownCodes } from './shown-codes.js';
import type { SessionBehaviour } from './settings/session-behaviour.js';
import { digitsOf, encodeJson } from './whatsapp-engine.js';
import { WorkInFlight } from './work-in-flight.js';

/** What all sessions of a worker share. */
export interface SessionGround {
  records: SessionRecords;
  store: CredentialsStore;
  archive: MessageArchive;
  behaviour: SessionBehaviour;
  version: [number, number, number];
  retryCounter: CacheStore;
  metrics: SessionMetrics;
  /** for whoever looks at the QR codes that it shows */
  onQr(text: string): void;
  onOver(session: Session): void;
}

const LOGIN_MS = 60_000;
const ACTIVITY_EVERY_MS = 60_000;

/** One live socket of one instance, from claim to close. It is never opened twice: the next attempt is a new claim and a new session. */
export class Session {
  readonly codes = new ShownCodes();
  connected = false;
  /** When a message last came or went, to the minute, in the terms of a monotonic clock. */
  activeAt = -Infinity;

  private readonly socket: SessionSocket;
  private readonly inbox: SessionInbox;
  private readonly work = new WorkInFlight();
  private readonly writer: CredentialsWriter;
  private readonly log = new Logger(Session.name);
  private readonly begunAt = performance.now();
  private connectedAt: number | null = null;
  private linked: boolean;
  private over = false;
  private readonly gone = Promise.withResolvers<void>();

  constructor(
    readonly claim: SessionClaim,
    server: WhatsAppServer,
    private readonly ground: SessionGround,
  ) {
    this.linked = !claim.pairing;
    this.inbox = new SessionInbox(claim, ground.archive, (jid) => this.socket.personOf(jid));
    this.writer = new CredentialsWriter(
      claim.pairing ? null : encodeJson(claim.credentials),
      (snapshot) => this.writeCredentials(snapshot),
      (error) => this.onStoreFailure(error),
    );
    this.socket = new SessionSocket(server, this.options(), {
      onSocket: (socket) => this.behaviour.attach(socket),
      onCredentials: () => this.saveCredentials(),
      onMessages: (messages) => void this.work.track(this.receive(messages)),
      keep: (message) => this.work.track(this.keep([message], true)).then(() => undefined),
      isKept: (message) => this.watched(this.inbox.isKept(message)),
      onFrame: () => this.work.touch(),
      onQr: (text) => this.issueQr(text),
      onOpen: () => void this.open(),
      onEnd: (error) => void this.settle(error),
    });
    this.socket.mustLeaveStateWithin(claim.pairing ? Math.min(LOGIN_MS, claim.pairingMs) : LOGIN_MS);
  }

  /** What it does by itself. */
  get behaviour(): SessionBehaviour {
    return this.ground.behaviour;
  }

  /** We end it, when what it has received is kept. Returns when that is on record. */
  async stop(reason: Extract<Reason, 'user_stopped' | 'platform_stopped'>): Promise<void> {
    if (!this.close()) return;
    this.socket.stopListening();
    await this.work.quiet();
    this.socket.end();
    await this.writer.settled();
    await this.ground.records.stopped(this.claim, reason).catch((error: Error) => this.complain('its stop is not on record', error));
    this.depart();
  }

  /** Ownership is lost: another node has it, so nothing is written and nobody reconnects from here. */
  abandon(): void {
    if (this.leave()) this.depart();
  }

  /** `chat`: what the message is kept under, whichever of a person's two JIDs it was sent to. */
  async sendText(jid: string, text: string): Promise<Awaited<ReturnType<SessionSocket['sendText']>> & { chat: string }> {
    this.noteActivity();
    const sent = await this.socket.sendText(jid, text);
    // it has left: a look-up that fails must not make it look unsent
    return { ...sent, chat: await this.inbox.chatOf(jid).catch(() => jid) };
  }

  /** Eight characters to enter on the phone of this number. Only while a QR code is there too. @throws OtherNumber */
  async requestPairingCode(phoneNumber: string): Promise<string> {
    if (!this.mayBe(phoneNumber)) throw new OtherNumber();
    this.codes.pairingCode = await this.socket.requestPairingCode(phoneNumber);
    return this.codes.pairingCode;
  }

  logout(): Promise<void> {
    return this.socket.logout();
  }

  /** The device leaves the account, and the session ends by that. Returns when it is on record. */
  async leaveAccount(): Promise<void> {
    await this.logout();
    await this.gone.promise;
  }

  private depart(): void {
    this.ground.onOver(this);
    this.gone.resolve();
  }

  private leave(): boolean {
    if (!this.close()) return false;
    this.socket.end();
    return true;
  }

  /** False when it was over before. */
  private close(): boolean {
    if (this.over) return false;
    this.over = true;
    this.connected = false;
    this.codes.forget();
    return true;
  }

  private issueQr(text: string): void {
    this.codes.show(text);
    this.ground.onQr(text);
    this.socket.mustLeaveStateWithin(this.claim.pairingMs);
  }

  private async open(): Promise<void> {
    await this.writer.settled();
    if (this.over) return;
    try {
      const may = await this.ground.records.opened(this.claim, this.claim.credentials.me?.name ?? null);
      if (!may) return await this.stop('user_stopped');
    } catch (error) {
      return this.onStoreFailure(error as Error);
    }
    if (this.over) return;
    this.connected = true;
    this.connectedAt = performance.now();
    this.ground.metrics.opened(this.connectedAt - this.begunAt);
    this.socket.mayStay();
  }

  private async settle(error: unknown): Promise<void> {
    if (!this.leave()) return;
    await this.writer.settled();
    const close = describeClose(error);
    try {
      const { next, retryInMs } = await this.ground.records.ended(this.claim, close, this.linked);
      if (next.step === 'retry' && next.reason === 'version_rejected') this.log.error('WhatsApp refuses the configured version: raise TENURE_WHATSAPP_VERSION');
      this.ground.metrics.ended(next, this.connectedAt && performance.now() - this.connectedAt);
      this.log.log({ instanceId: this.claim.instanceId, code: close.code, next: next.step, retryInMs }, 'a session ended');
    } catch (error) {
      this.complain('its end is not on record', error as Error);
    }
    this.depart();
  }

  private saveCredentials(): void {
    const { credentials } = this.claim;
    // without an account they are unfinished: WhatsApp does not know them, and nobody may mistake them for a login
    if (!credentials.account) return;
    if (this.mayBe(digitsOf(credentials.me!.id)!)) this.writer.save(encodeJson(credentials));
    else this.socket.refusePairing();
  }

  private mayBe(phoneNumber: string): boolean {
    return this.linked || this.claim.onlyNumber === null || this.claim.onlyNumber === phoneNumber;
  }

  private async writeCredentials(snapshot: Buffer): Promise<void> {
    if (this.linked) return this.ground.store.save(this.claim.owner, snapshot);
    await this.ground.records.paired(this.claim, snapshot, digitsOf(this.claim.credentials.me!.id)!);
    this.linked = true;
    this.codes.forget();
  }

  private onStoreFailure(error: Error): void {
    if (error instanceof OwnershipLost) this.abandon();
    else {
      this.complain('the database failed it', error);
      this.socket.fail(new SocketEnded('The store failed'));
    }
  }

  /** Keys that the store could not give or take must not go unnoticed: without them the session would forget what it promised. */
  private keys(): SignalKeyStore {
    const { owner, pairing } = this.claim;
    const keys = pairing ? this.ground.store.passingKeysOf(owner) : this.ground.store.keysOf(owner);
    const set = (data: Parameters<SignalKeyStore['set']>[0]) =>
      this.watched(keys.set(data)).catch((cause: unknown) => {
        throw new KeysNotKept('The keys of a session could not be written down', { cause });
      });
    return { get: (type, ids) => this.watched(keys.get(type, ids)), set };
  }

  private async watched<T>(work: Promise<T> | T): Promise<T> {
    try {
      return await this.work.track(work);
    } catch (error) {
      this.onStoreFailure(error as Error);
      throw error;
    }
  }

  private options(): ConstructorParameters<typeof SessionSocket>[1] {
    return {
      ...FLEET_OPTIONS,
      ...this.behaviour.options,
      version: this.ground.version,
      auth: { creds: this.claim.credentials, keys: this.keys() },
      msgRetryCounterCache: this.ground.retryCounter,
      getMessage: (key) => this.inbox.original(key),
    };
  }

  private async receive(messages: WAMessage[]): Promise<void> {
    if (await this.keep(messages)) this.behaviour.received(messages);
  }

  /** `again`: Baileys will tell of them once more. False when it failed. */
  private async keep(messages: WAMessage[], again = false): Promise<boolean> {
    try {
      if ((await this.inbox.keep(messages, again)) > 0) this.noteActivity();
      return true;
    } catch (error) {
      this.complain('received messages were not kept', error as Error);
      return false;
    }
  }

  private noteActivity(): void {
    if (performance.now() - this.activeAt < ACTIVITY_EVERY_MS) return;
    this.activeAt = performance.now();
    this.ground.records.active(this.claim).catch((error: Error) => this.complain('its activity is not on record', error));
  }

  private complain(what: string, error: Error): void {
    this.log.warn(`${this.claim.instanceId}: ${what}: ${error.message}`);
  }
}
