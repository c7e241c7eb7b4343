import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, Problem, type TenantTx } from '#libs/platform';
import { parseJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';
import { Mailroom } from '../server/mailroom.js';
import { PhoneMessagesRepository } from '../store/phone-messages.repository.js';
import type { ActivePhone } from './active-phone.js';
import { Chats } from './chats.js';
import { composeMessage } from './compose-message.js';
import type { Effect } from './effect.js';
import { type Letter, postLetter } from './letter.js';

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
    private readonly chats: Chats,
    private readonly mailroom: Mailroom,
  ) {}

  /** Null for what this phone did not send, or no longer knows. */
  async prepare(tenantId: TenantId, phone: ActivePhone, request: RetryRequest): Promise<Effect | null> {
    if (request.count > MOST_RETRIES) return null;
    const letter = await this.database.forTenant(tenantId, (tx) => this.find(tx, phone, request)).catch(noneWhere);
    if (!letter) return null;
    for (const recipient of letter.recipients) await phone.forgetSession(recipient);
    const again = await composeMessage(phone, letter);
    return async (tx) => {
      await phone.save(tx);
      await this.mailroom.post(tx, postLetter(phone.account, letter, again));
    };
  }

  /** Only for who is in the chat. */
  private async find(tx: TenantTx, phone: ActivePhone, { messageId, from, count }: RetryRequest): Promise<Letter | null> {
    const sent = await this.messages.sent(tx, phone.account.number, messageId);
    const asking = parseJid(from);
    if (!sent || !asking) return null;
    const { jid, recipients } = await this.chats.open(tx, phone.account, sent.chat);
    const recipient = recipients.find(({ account, device }) => device.device === asking.device && (asking.isLid ? account.lid : account.number) === asking.user);
    return recipient ? { id: messageId, to: jid, message: proto.Message.decode(sent.original), recipients: [recipient], count } : null;
  }
}

/** Nobody is there any more, or the phone may not write there any more. */
function noneWhere(error: unknown): null {
  if (error instanceof Problem) return null;
  throw error;
}
