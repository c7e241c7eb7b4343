import { Logger } from '@nestjs/common';
import type { InstanceId } from '#libs/contracts';
import type { BaileysEventMap, WACallEvent, WAMessage, WASocket } from '@whiskeysockets/baileys';
import type { SocketOptions } from '../whatsapp-engine.js';
import { type InstanceSettings, needsNewSocket, type VersionedSettings } from './instance-settings.js';
import type { ProxyAgents } from './proxy-agents.js';
import { socketOptions } from './socket-options.js';
import type { ToldCallers } from './told-callers.js';

/** What of a socket a session's behaviour acts through. */
export type ActingSocket = Pick<WASocket, 'ev' | 'readMessages' | 'rejectCall' | 'sendMessage' | 'sendPresenceUpdate'>;

/** For the words of parting that are still on a line through a proxy. */
const FAREWELL_MS = 2_000;

/**
 * What one session does by itself, as the settings of its instance say: marks as read, rejects calls, shows itself online. It never holds up
 * the session, and what it fails to do costs nothing else. Belongs to one socket and ends with it.
 */
export class SessionBehaviour {
  private socket: ActingSocket | undefined;
  private opened = false;
  private online = false;
  private readonly log = new Logger(SessionBehaviour.name);

  constructor(
    private readonly instanceId: InstanceId,
    private present: VersionedSettings,
    private readonly told: ToldCallers,
    private readonly proxy: ProxyAgents | null,
  ) {}

  /** Of the settings that it follows. */
  get version(): number {
    return this.present.version;
  }

  get options(): Partial<SocketOptions> {
    const { agent, fetchAgent, options } = this.proxy ?? {};
    return { ...socketOptions(() => this.settings), ...(agent && { agent, fetchAgent, options }) };
  }

  /** Once, when the socket is there. */
  attach(socket: ActingSocket): void {
    this.socket = socket;
    socket.ev.process((events) => this.onEvents(events));
  }

  /** To be called when they are kept: what is marked as read must not get lost. */
  received(messages: WAMessage[]): void {
    if (!this.settings.readReceipts) return;
    const keys = messages.filter(isToBeRead).map(({ key }) => key);
    if (keys.length > 0) this.act('mark as read', (socket) => socket.readMessages(keys));
  }

  /** False when only a new socket can follow: then nothing has changed here. */
  follow(newer: VersionedSettings): boolean {
    const before = this.settings;
    if (needsNewSocket(before, newer.settings)) return false;
    this.present = newer;
    if (before.alwaysOnline !== newer.settings.alwaysOnline) this.show(newer.settings.alwaysOnline);
    return true;
  }

  /** The session is over: no line through the proxy is left a moment later. */
  end(): void {
    this.socket = undefined;
    if (this.proxy) setTimeout(() => this.proxy?.close(), FAREWELL_MS).unref();
  }

  private get settings(): InstanceSettings {
    return this.present.settings;
  }

  private onEvents(events: Partial<BaileysEventMap>): void {
    const { connection, isOnline = this.online } = events['connection.update'] ?? {};
    this.online = isOnline;
    // nobody can be shown as online before WhatsApp knows the name, and right after a pairing it does not; otherwise Baileys did it at the opening
    if (this.opened && !isOnline && this.settings.alwaysOnline && events['creds.update']?.me?.name) this.show(true);
    this.opened ||= connection === 'open';
    for (const call of events.call ?? []) this.answer(call);
  }

  private show(online: boolean): void {
    this.act('show itself', (socket) => socket.sendPresenceUpdate(online ? 'available' : 'unavailable'));
  }

  private answer(call: WACallEvent): void {
    // one that rang while nobody was connected is over
    if (call.status !== 'offer' || call.offline || !this.settings.rejectCalls) return;
    this.act('reject a call', (socket) => socket.rejectCall(call.id, call.from));
    const text = this.settings.rejectCallsText;
    if (text === null || this.told.lately(this.instanceId, call.from)) return;
    // a link preview would fetch the link from here
    this.act('say why it rejected a call', (socket) => socket.sendMessage(call.from, { text, linkPreview: null }));
  }

  private act(what: string, work: (socket: ActingSocket) => Promise<unknown>): void {
    if (!this.socket) return;
    work(this.socket).catch((error: Error) => this.log.warn(`${this.instanceId} could not ${what}: ${error.message}`));
  }
}

/** What somebody else wrote to this account. To have seen a status update is told to whom it is of: nobody asked for that. */
function isToBeRead({ key, message }: WAMessage): boolean {
  return !!message && !key.fromMe && !!key.remoteJid && key.remoteJid !== 'status@broadcast';
}
