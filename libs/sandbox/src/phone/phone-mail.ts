import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { Account } from '../protocol/addresses.js';
import type { Stanza } from '../protocol/stanza.js';
import type { ActivePhone } from './active-phone.js';
import type { Effect } from './effect.js';
import { PhoneInbox } from './phone-inbox.js';
import { PhoneReceipts } from './phone-receipts.js';

/** What a phone does with what arrives. */
@Injectable()
export class PhoneMail {
  constructor(
    private readonly inbox: PhoneInbox,
    private readonly receipts: PhoneReceipts,
  ) {}

  /** Null when it changes nothing. */
  async take(tenantId: TenantId, phone: ActivePhone, sender: Account, stanza: Stanza): Promise<Effect | null> {
    if (stanza.tag === 'message') return this.inbox.take(tenantId, phone, sender, stanza);
    if (stanza.tag === 'receipt') return this.receipts.take(tenantId, phone, sender, stanza);
    return null;
  }
}
