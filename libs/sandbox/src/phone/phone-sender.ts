import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import { type Account, numberJid } from '../protocol/addresses.js';
import { newStanzaId } from '../protocol/stanza.js';
import { BadMessage, RecipientUnknown } from '../sandbox.errors.js';
import { Mailroom } from '../server/mailroom.js';
import { relayMessage } from '../server/relay-message.js';
import { Directory, type Member } from '../store/directory.js';
import type { KeptMessage, PhoneMessage } from '../store/phone-messages.repository.js';
import type { ActivePhone } from './active-phone.js';
import { composeMessage, type Letter } from './compose-message.js';
import { entryOf } from './letter-entry.js';
import { PhoneScreen } from './phone-screen.js';
import { Phones } from './phones.js';
import { subjectOf, type Utterance } from './utterance.js';
import { writeMessage } from './write-message.js';

/** Whom it is for, and what it is about. */
interface Occasion {
  addressee: Account;
  recipients: Member[];
  subject: KeptMessage | null;
}

/** What a person writes on a simulated phone. */
@Injectable()
export class PhoneSender {
  constructor(
    private readonly database: Database,
    private readonly phones: Phones,
    private readonly directory: Directory,
    private readonly screen: PhoneScreen,
    private readonly mailroom: Mailroom,
  ) {}

  /** To every device of the addressee and to the phone's own linked devices. @throws PhoneNotFound, RecipientUnknown, BadMessage */
  send(tenantId: TenantId, from: string, to: string, utterance: Utterance): Promise<PhoneMessage> {
    return this.phones.use(tenantId, from, async (phone) => {
      const occasion = await this.database.forTenant(tenantId, (tx) => this.look(tx, phone, to, utterance));
      const letter = letterFor(phone.account, occasion, utterance);
      const relayed = await composeMessage(phone, letter);
      return this.database.forTenant(tenantId, async (tx) => {
        await phone.save(tx);
        const shown = await this.screen.show(tx, from, entryOf(phone.account, letter));
        await this.mailroom.post(tx, relayMessage({ account: phone.account, device: 0 }, relayed, [phone.account, letter.addressee]));
        return shown;
      });
    });
  }

  private async look(tx: TenantTx, { account }: ActivePhone, to: string, utterance: Utterance): Promise<Occasion> {
    const addressee = await this.directory.account(tx, to);
    if (!addressee) throw new RecipientUnknown();
    const about = subjectOf(utterance);
    const subject = about && (await this.screen.find(tx, account.number, numberJid(addressee), about.id));
    if (about && !subject) throw new BadMessage(about.pointer, 'must be on the phone’s screen, in this chat');
    return { addressee, subject, recipients: await this.recipients(tx, account, addressee) };
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

function letterFor(writer: Account, { addressee, recipients, subject }: Occasion, utterance: Utterance): Letter {
  const scene = { writer, chat: numberJid(addressee), writerJid: numberJid(writer), seenAs: (author: string) => author, subject };
  return { id: newStanzaId('3A'), addressee, recipients, message: writeMessage(utterance, scene, Date.now()) };
}
