import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { type Account, numberJid } from '../protocol/addresses.js';
import { childOf, childrenOf, type Stanza } from '../protocol/stanza.js';
import { PhoneMessagesRepository } from '../store/phone-messages.repository.js';
import type { ActivePhone } from './active-phone.js';
import type { Effect } from './effect.js';
import { PhoneResender } from './phone-resender.js';

/** Receipts that arrive at a phone, for what it sent: delivered, read, or could not be read. */
@Injectable()
export class PhoneReceipts {
  constructor(
    private readonly messages: PhoneMessagesRepository,
    private readonly resender: PhoneResender,
  ) {}

  async take(tenantId: TenantId, phone: ActivePhone, sender: Account, receipt: Stanza): Promise<Effect | null> {
    const { id, type, from, participant } = receipt.attrs;
    if (type === 'retry') {
      const count = Number(childOf(receipt, 'retry')?.attrs.count ?? 1);
      return this.resender.prepare(tenantId, phone, { messageId: id ?? '', from: participant ?? from ?? '', count });
    }
    const status = statusOf(type);
    return status && ((tx) => this.messages.advance(tx, phone.account.number, idsIn(receipt), status, numberJid(sender)));
  }
}

function statusOf(type: string | undefined): 'delivered' | 'read' | null {
  if (type === undefined) return 'delivered';
  return type === 'read' || type === 'played' ? 'read' : null;
}

function idsIn(receipt: Stanza): string[] {
  const listed = childrenOf(childOf(receipt, 'list'), 'item').map(({ attrs }) => attrs.id);
  return [receipt.attrs.id, ...listed].filter((id) => id !== undefined);
}
