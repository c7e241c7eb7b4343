import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import { type Account, numberJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';
import { newStanzaId } from '../protocol/stanza.js';
import { RecipientUnknown } from '../sandbox.errors.js';
import { Mailroom } from '../server/mailroom.js';
import { relayMessage } from '../server/relay-message.js';
import { Directory, type Member } from '../store/directory.js';
import { type PhoneMessage, PhoneMessagesRepository } from '../store/phone-messages.repository.js';
import { Phones } from './phones.js';
import type { ActivePhone } from './active-phone.js';
import { composeMessage, type Letter } from './compose-message.js';

/** What a person writes on a simulated phone. */
@Injectable()
export class PhoneSender {
  constructor(
    private readonly database: Database,
    private readonly phones: Phones,
    private readonly directory: Directory,
    private readonly messages: PhoneMessagesRepository,
    private readonly mailroom: Mailroom,
  ) {}

  /** To every device of the addressee and to the phone's own linked devices. @throws PhoneNotFound, RecipientUnknown */
  sendText(tenantId: TenantId, from: string, to: string, text: string): Promise<PhoneMessage> {
    return this.phones.use(tenantId, from, async (phone) => {
      const letter = await this.address(tenantId, phone, to, { conversation: text });
      const relayed = await composeMessage(phone, letter);
      return this.database.forTenant(tenantId, async (tx) => {
        await phone.save(tx);
        const row = await this.messages.add(tx, from, keptOf(letter, text));
        await this.mailroom.post(tx, relayMessage({ account: phone.account, device: 0 }, relayed, [phone.account, letter.addressee]));
        return row;
      });
    });
  }

  private address(tenantId: TenantId, phone: ActivePhone, to: string, message: proto.IMessage): Promise<Letter> {
    return this.database.forTenant(tenantId, async (tx) => {
      const addressee = await this.directory.account(tx, to);
      if (!addressee) throw new RecipientUnknown();
      return { id: newStanzaId('3A'), addressee, message, recipients: await this.recipients(tx, phone.account, addressee) };
    });
  }

  /** Every device of both, but not the sending phone itself. */
  private async recipients(tx: TenantTx, sender: Account, addressee: Account): Promise<Member[]> {
    const accounts = new Map([sender, addressee].map((account) => [account.number, account]));
    const devices = await this.directory.devicesOf(tx, [...accounts.values()]);
    return devices
      .filter(({ number, device }) => number !== sender.number || device !== 0)
      .map((device) => ({ account: accounts.get(device.number)!, device }));
  }
}

function keptOf({ id, addressee, message }: Letter, text: string) {
  const original = Buffer.from(proto.Message.encode(message).finish());
  return { id, chat: numberJid(addressee), direction: 'out' as const, kind: 'conversation', text, original };
}
