import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { Account } from '../protocol/addresses.js';
import { stanza, type Stanza } from '../protocol/stanza.js';
import { Mailroom } from '../server/mailroom.js';
import { relayReceipt } from '../server/relay-receipt.js';
import { Directory } from '../store/directory.js';
import type { ActivePhone } from './active-phone.js';
import type { Effect } from './effect.js';
import { KeyBundles } from './key-bundles.js';
import { PeerDesk } from './peer-desk.js';
import { type Entry, PhoneScreen } from './phone-screen.js';
import { readMessage } from './read-message.js';
import { retryRequest } from './retry-request.js';

/** Messages that arrive at a phone: decrypted, shown, and their delivery receipted. */
@Injectable()
export class PhoneInbox {
  constructor(
    private readonly directory: Directory,
    private readonly screen: PhoneScreen,
    private readonly bundles: KeyBundles,
    private readonly mailroom: Mailroom,
    private readonly desk: PeerDesk,
  ) {}

  async take(tenantId: TenantId, phone: ActivePhone, sender: Account, letter: Stanza): Promise<Effect> {
    const reading = await readMessage(phone, sender, letter).catch(() => null);
    if (!reading) {
      phone.undo();
      return (tx) => this.askAgain(tx, phone, sender, letter);
    }
    if (reading.request) return this.desk.answer(tenantId, phone, letter, reading.request);
    return (tx) => this.show(tx, phone, sender, letter, reading.entry);
  }

  private async show(tx: TenantTx, phone: ActivePhone, sender: Account, letter: Stanza, entry: Entry | null): Promise<void> {
    await phone.save(tx);
    if (entry) await this.screen.show(tx, phone.account.number, entry);
    if (sender.number === phone.account.number) return;
    await this.answer(tx, phone, sender, stanza('receipt', { id: letter.attrs.id, to: letter.attrs.from, participant: letter.attrs.participant }));
  }

  /** With new keys, for the sender to open a new session by. */
  private async askAgain(tx: TenantTx, phone: ActivePhone, sender: Account, letter: Stanza): Promise<void> {
    const self = await this.directory.member(tx, { number: phone.account.number, device: 0 });
    const request = self && retryRequest(letter, await this.bundles.take(tx, self.device));
    if (request) await this.answer(tx, phone, sender, request);
  }

  private async answer(tx: TenantTx, phone: ActivePhone, sender: Account, receipt: Stanza): Promise<void> {
    const devices = await this.directory.devicesOf(tx, [sender]);
    await this.mailroom.post(tx, relayReceipt({ account: phone.account, device: 0 }, receipt, devices));
  }
}
