import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent as FetchAgent } from 'undici';
import {
  type AnyMessageContent,
  type AuthenticationCreds,
  type BaileysEventMap,
  initAuthCreds,
  makeWASocket,
  type proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type UserFacingSocketConfig,
  WA_CERT_DETAILS,
  type MiscMessageGenerationOptions,
  type WAMessage,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { WhatsAppServer } from '#libs/contracts';
import { SILENT } from '../phone/silent-logger.js';

/** What one client keeps: it survives its sockets. */
export interface ClientMemory {
  creds: AuthenticationCreds;
  keys: Map<string, Map<string, unknown>>;
}

export function newMemory(): ClientMemory {
  return { creds: initAuthCreds(), keys: new Map() };
}

/** One socket of the unmodified Baileys, and all that it has reported. */
export class TestClient {
  readonly received: WAMessage[] = [];
  readonly updates: BaileysEventMap['messages.update'] = [];
  readonly reactions: BaileysEventMap['messages.reaction'] = [];
  readonly groupEvents: { name: string; what: unknown }[] = [];
  readonly groupReceipts: BaileysEventMap['message-receipt.update'] = [];
  readonly presences: BaileysEventMap['presence.update'][] = [];
  readonly contactUpdates: BaileysEventMap['contacts.update'] = [];
  readonly chatUpdates: BaileysEventMap['chats.update'] = [];
  readonly contactUpserts: BaileysEventMap['contacts.upsert'] = [];
  readonly histories: BaileysEventMap['messaging-history.set'][] = [];
  readonly historyStatus: BaileysEventMap['messaging-history.status'][] = [];
  readonly blocklistUpdates: BaileysEventMap['blocklist.update'][] = [];
  /** highest status seen, by message id; 0 is an error */
  readonly statuses = new Map<string, number>();
  qr: string | undefined;
  isOpen = false;
  /** status code of the close; null while open, undefined when it had none */
  closeCode: number | null | undefined = null;
  closeData: unknown;
  private readonly socket: WASocket;
  /** what it answers retry receipts from */
  private readonly sent = new Map<string, proto.IMessage>();

  constructor(
    { url, root, mediaCertificate: ca }: WhatsAppServer,
    readonly memory: ClientMemory,
    config: Partial<UserFacingSocketConfig> = {},
  ) {
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(root!);
    const getMessage = ({ id }: { id?: string | null }) => Promise.resolve(this.sent.get(id ?? ''));
    const auth = { creds: memory.creds, keys: keyStore(memory) };
    this.socket = makeWASocket({ waWebSocketUrl: url, auth, logger: SILENT, connectTimeoutMs: 5_000, getMessage, ...trustOnly(ca), ...config });
    this.listen();
  }

  get raw(): WASocket {
    return this.socket;
  }

  /** Resolves when it is open. @throws when it closes instead */
  async open(ms?: number): Promise<this> {
    await this.until('open or closed', () => this.isOpen || this.closeCode !== null, ms);
    if (!this.isOpen) throw new Error(`closed with ${this.closeCode}`);
    return this;
  }

  /** Resolves when it has taken in the history of its phone: until then Baileys holds events back, up to 20 s after a reconnect. */
  async settled(): Promise<this> {
    await this.until('the history', () => this.memory.creds.accountSyncCounter > 0);
    return this;
  }

  /** Resolves with the code of the close. */
  async closed(ms = 10_000): Promise<number | null | undefined> {
    await this.until('closed', () => this.closeCode !== null, ms);
    return this.closeCode;
  }

  async nextQr(): Promise<string> {
    await this.until('a QR code', () => this.qr !== undefined);
    return this.qr!;
  }

  /** The id under which it went out. */
  async sendText(number: string, text: string): Promise<string> {
    return (await this.send(number, { text })).key.id!;
  }

  /** To a number or a JID. */
  async send(to: string, content: AnyMessageContent, options?: MiscMessageGenerationOptions): Promise<WAMessage> {
    const sent = await this.socket.sendMessage(to.includes('@') ? to : `${to}@s.whatsapp.net`, content, options);
    this.sent.set(sent!.key.id!, sent!.message!);
    return sent!;
  }

  /** The texts received so far, in order; history and the like have none. */
  get texts(): string[] {
    return this.received.flatMap((message) => textOf(message) ?? []);
  }

  /** The first message with this text, whenever it came. */
  async message(text: string, ms?: number): Promise<WAMessage> {
    const find = () => this.received.find((message) => textOf(message) === text);
    await this.until(`the message ${text}`, () => find() !== undefined, ms);
    return find()!;
  }

  /** The first of these that has come or comes. */
  async seen<T>(what: string, find: () => T | undefined): Promise<T> {
    await this.until(what, () => find() !== undefined);
    return find()!;
  }

  async status(id: string, atLeast: number): Promise<void> {
    await this.until(`status ${atLeast}`, () => (this.statuses.get(id) ?? -1) >= atLeast);
  }

  /** Ends it from this side. */
  end(): void {
    void this.socket.end(undefined);
  }

  private listen(): void {
    this.socket.ev.on('connection.update', (update) => {
      if (update.qr) this.qr = update.qr;
      if (update.connection === 'open') this.isOpen = true;
      if (update.connection !== 'close') return;
      const error = update.lastDisconnect?.error as { output?: { statusCode?: number }; data?: unknown } | undefined;
      this.isOpen = false;
      this.closeCode = error?.output?.statusCode;
      this.closeData = error?.data;
    });
    this.socket.ev.on('messages.upsert', ({ messages }) => {
      this.received.push(...messages);
      for (const { key, status } of messages) this.note(key.id, status);
    });
    this.socket.ev.on('messages.update', (updates) => {
      this.updates.push(...updates);
      for (const { key, update } of updates) this.note(key.id, update.status);
    });
    for (const name of ['groups.upsert', 'groups.update', 'group-participants.update', 'group.join-request'] as const) {
      this.socket.ev.on(name, (what: unknown) => this.groupEvents.push({ name, what }));
    }
    this.socket.ev.on('chats.update', (updates) => this.chatUpdates.push(...updates));
    this.socket.ev.on('contacts.upsert', (contacts) => this.contactUpserts.push(...contacts));
    this.socket.ev.on('messaging-history.set', (history) => this.histories.push(history));
    this.socket.ev.on('messaging-history.status', (status) => this.historyStatus.push(status));
    this.socket.ev.on('presence.update', (presence) => this.presences.push(presence));
    this.socket.ev.on('contacts.update', (contacts) => this.contactUpdates.push(...contacts));
    this.socket.ev.on('blocklist.update', (update) => this.blocklistUpdates.push(update));
    this.socket.ev.on('message-receipt.update', (receipts) => this.groupReceipts.push(...receipts));
    this.socket.ev.on('messages.reaction', (reactions) => this.reactions.push(...reactions));
  }

  private note(id: string | null | undefined, status: number | null | undefined): void {
    if (id && status != null) this.statuses.set(id, status === 0 ? 0 : Math.max(status, this.statuses.get(id) ?? 0));
  }

  private async until(what: string, isTrue: () => boolean, ms = 10_000): Promise<void> {
    for (const end = Date.now() + ms; !isTrue(); await sleep(10)) if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}

/** For Node's own fetch: this certificate and no other. */
export function fetchOptions(ca: string | undefined): RequestInit {
  return { dispatcher: new FetchAgent({ connect: { ca } }) } as unknown as RequestInit;
}

/** For uploads, which Node's https makes, and downloads, which its fetch does: this certificate and no other. */
function trustOnly(ca: string | undefined): Pick<UserFacingSocketConfig, 'fetchAgent' | 'options'> {
  return { fetchAgent: new HttpsAgent({ ca }), options: fetchOptions(ca) };
}

function textOf({ message }: WAMessage): string | null | undefined {
  return message?.conversation ?? message?.extendedTextMessage?.text;
}

function keyStore({ keys }: ClientMemory) {
  return {
    get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
      const found = ids.map((id) => [id, keys.get(type)?.get(id)] as const).filter(([, value]) => value != null);
      return Promise.resolve(Object.fromEntries(found) as Record<string, SignalDataTypeMap[T]>);
    },
    set: (data: SignalDataSet) => {
      for (const [type, values] of Object.entries(data)) {
        const known = keys.get(type) ?? new Map<string, unknown>();
        for (const [id, value] of Object.entries(values)) known.set(id, value);
        keys.set(type, known);
      }
    },
  };
}
