import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import { parseJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';
import { Mailroom } from '../server/mailroom.js';
import { relayMessage } from '../server/relay-message.js';
import { Directory } from '../store/directory.js';
import { PhoneMessagesRepository } from '../store/phone-messages.repository.js';
import type { ActivePhone } from './active-phone.js';
import { composeMessage, type Letter } from './compose-message.js';
import type { Effect } from './effect.js';

/** A device's request for a message that it could not read. */
export interface RetryRequest {
  messageId: string;
  /** JID of the device */
  from: string;
  /** the first request is 1 */
  count: number;
}

/** A device that still cannot read it after so many times will not be able to. */
const MOST_RETRIES = 5;

/** Encrypts a message again, under a new session. */
@Injectable()
export class PhoneResender {
  constructor(
    private readonly database: Database,
    private readonly messages: PhoneMessagesRepository,
    private readonly directory: Directory,
    private readonly mailroom: Mailroom,
  ) {}

  /** Null for what this phone did not send, or no longer knows. */
  async prepare(tenantId: TenantId, phone: ActivePhone, request: RetryRequest): Promise<Effect | null> {
    if (request.count > MOST_RETRIES) return null;
    const letter = await this.database.forTenant(tenantId, (tx) => this.find(tx, phone, request));
    if (!letter) return null;
    for (const recipient of letter.recipients) await phone.forgetSession(recipient);
    const again = await composeMessage(phone, letter);
    return async (tx) => {
      await phone.save(tx);
      await this.mailroom.post(tx, relayMessage({ account: phone.account, device: 0 }, again, [phone.account, letter.addressee]));
    };
  }

  private async find(tx: TenantTx, phone: ActivePhone, { messageId, from, count }: RetryRequest): Promise<Letter | null> {
    const sent = await this.messages.sent(tx, phone.account.number, messageId);
    const addressee = await this.directory.account(tx, parseJid(sent?.chat)?.user ?? '');
    const recipient = await this.directory.named(tx, from);
    if (!sent || !addressee || !recipient) return null;
    return { id: messageId, addressee, message: proto.Message.decode(sent.original), recipients: [recipient], count };
  }
}
