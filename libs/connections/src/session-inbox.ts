import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageArchive, SeenMessage } from '#libs/contracts';
import { isConnectionLoss } from '#libs/platform';
import type { WAMessage, WAMessageContent, WAMessageKey } from '@whiskeysockets/baileys';
import type { ArrivingMessage } from './guard-decryption.js';
import { seenMessage } from './seen-message.js';
import type { SessionClaim } from './session-claims.js';
import { decodeMessage, userJid } from './whatsapp-engine.js';

const ATTEMPTS = 5;
const PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3_000;

/**
 * Hands what a session receives to the archive. WhatsApp believes it delivered by then: what is not kept when the process is killed is lost.
 * That window is a few milliseconds for a live message and up to 100 ms while a queue is caught up with.
 */
export class SessionInbox {
  constructor(
    private readonly of: Pick<SessionClaim, 'tenantId' | 'instanceId'>,
    private readonly archive: MessageArchive,
    private readonly personOf: (jid: string) => Promise<string>,
  ) {}

  /**
   * How many were kept: what carries nothing a person wrote is not. While the database is away they are held, however long that takes: nothing more
   * comes in then, since every session ends. @throws when it is there, and fails again and again
   */
  async keep(messages: WAMessage[]): Promise<number> {
    for (let [attempt, failures] = [1, 0]; ; attempt++) {
      try {
        return await this.tryToKeep(messages);
      } catch (error) {
        if (!isConnectionLoss(error) && ++failures === ATTEMPTS) throw error;
        await sleep(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * attempt), undefined, { ref: false });
      }
    }
  }

  /** Whether a message that comes again is here. */
  async isKept({ id, chats }: ArrivingMessage): Promise<boolean> {
    const { tenantId, instanceId } = this.of;
    return this.archive.isKept(tenantId, instanceId, await Promise.all(chats.map((jid) => this.chatOf(jid))), id);
  }

  /** What a recipient asks for again: without it the message stays unreadable for them. */
  async original({ remoteJid, id }: WAMessageKey): Promise<WAMessageContent | undefined> {
    if (!remoteJid || !id) return undefined;
    const bytes = await this.archive.original(this.of.tenantId, this.of.instanceId, await this.chatOf(remoteJid), id);
    return bytes ? decodeMessage(bytes) : undefined;
  }

  private async see(message: WAMessage): Promise<SeenMessage | null> {
    const { remoteJid, remoteJidAlt } = message.key;
    const jid = remoteJid?.endsWith('@lid') && remoteJidAlt ? remoteJidAlt : remoteJid;
    return jid ? seenMessage(message, await this.chatOf(jid)) : null;
  }

  /** The one JID under which a chat is kept: a LID and the number behind it are one person. */
  async chatOf(jid: string): Promise<string> {
    return userJid(await this.personOf(userJid(jid)));
  }

  private async tryToKeep(messages: WAMessage[]): Promise<number> {
    const seen = await Promise.all(messages.map((message) => this.see(message)));
    const kept = seen.filter((message) => message !== null);
    if (kept.length > 0) await this.archive.keep(this.of.tenantId, this.of.instanceId, kept);
    return kept.length;
  }
}
