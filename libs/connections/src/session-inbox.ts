import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageArchive, SeenMessage } from '#libs/contracts';
import { isConnectionLoss } from '#libs/platform';
import type { WAMessage, WAMessageContent, WAMessageKey } from '@whiskeysockets/baileys';
import { seenMessage } from './seen-message.js';
import type { SessionClaim } from './session-claims.js';
import { decodeMessage, userJid } from './whatsapp-engine.js';

const ATTEMPTS = 5;
const PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3_000;
const MOST_EARLY = 1_000;

/**
 * Hands what a session receives to the archive: each message as soon as it is opened, before WhatsApp is told that it arrived, and once more when Baileys
 * tells of it, so that nothing depends on the one alone.
 */
export class SessionInbox {
  /** those of which Baileys has yet to tell */
  private readonly early = new Set<string>();

  constructor(
    private readonly of: Pick<SessionClaim, 'tenantId' | 'instanceId'>,
    private readonly archive: MessageArchive,
    private readonly personOf: (jid: string) => Promise<string>,
  ) {}

  /**
   * How many of them are kept: what carries nothing a person wrote is not. While the database is away they are held, however long that takes: nothing
   * more comes in then, since every session ends. `again`: they will come once more. @throws when it is there, and fails again and again
   */
  async keep(messages: WAMessage[], again: boolean): Promise<number> {
    const rest = messages.filter((message) => !this.early.delete(nameOf(message)));
    const kept = rest.length > 0 ? await this.keepOrRetry(rest) : 0;
    if (again && kept > 0) this.remember(rest);
    return kept + messages.length - rest.length;
  }

  /** Whether a message that comes again is here. */
  async isKept({ key }: WAMessage): Promise<boolean> {
    const chat = await this.chatWith(key);
    if (!chat || !key.id) return false;
    return this.archive.isKept(this.of.tenantId, this.of.instanceId, chat, key.id, key.fromMe ?? false);
  }

  /** What a recipient asks for again: without it the message stays unreadable for them. */
  async original({ remoteJid, id }: WAMessageKey): Promise<WAMessageContent | undefined> {
    if (!remoteJid || !id) return undefined;
    const bytes = await this.archive.original(this.of.tenantId, this.of.instanceId, await this.chatOf(remoteJid), id);
    return bytes ? decodeMessage(bytes) : undefined;
  }

  private async see(message: WAMessage): Promise<SeenMessage | null> {
    const chat = await this.chatWith(message.key);
    return chat === null ? null : seenMessage(message, chat);
  }

  private async chatWith({ remoteJid, remoteJidAlt }: WAMessage['key']): Promise<string | null> {
    const jid = remoteJid?.endsWith('@lid') && remoteJidAlt ? remoteJidAlt : remoteJid;
    return jid ? this.chatOf(jid) : null;
  }

  /** The one JID under which a chat is kept: a LID and the number behind it are one person. */
  async chatOf(jid: string): Promise<string> {
    return userJid(await this.personOf(userJid(jid)));
  }

  private async keepOrRetry(messages: WAMessage[]): Promise<number> {
    for (let [attempt, failures] = [1, 0]; ; attempt++) {
      try {
        return await this.tryToKeep(messages);
      } catch (error) {
        if (!isConnectionLoss(error) && ++failures === ATTEMPTS) throw error;
        await sleep(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * attempt), undefined, { ref: false });
      }
    }
  }

  private async tryToKeep(messages: WAMessage[]): Promise<number> {
    const seen = await Promise.all(messages.map((message) => this.see(message)));
    const kept = seen.filter((message) => message !== null);
    if (kept.length > 0) await this.archive.keep(this.of.tenantId, this.of.instanceId, kept);
    return kept.length;
  }

  /** What is forgotten is kept a second time, which changes nothing. */
  private remember(messages: WAMessage[]): void {
    if (this.early.size > MOST_EARLY) this.early.clear();
    for (const message of messages) this.early.add(nameOf(message));
  }
}

const nameOf = ({ key }: WAMessage): string => `${key.remoteJid}|${key.fromMe}|${key.id}`;
