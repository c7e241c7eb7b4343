import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { type DeviceAddress, numberJid } from '../protocol/addresses.js';
import { newStanzaId, stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import { Mailroom } from '../server/mailroom.js';
import { DevicesRepository } from '../store/devices.repository.js';
import type { Member } from '../store/directory.js';
import { Phones } from './phones.js';
import type { ActivePhone } from './active-phone.js';
import { historyBootstrap } from './history-bootstrap.js';

/** What a phone sends to a device that it has just linked. */
@Injectable()
export class PhoneWelcome {
  constructor(
    private readonly database: Database,
    private readonly phones: Phones,
    private readonly devices: DevicesRepository,
    private readonly mailroom: Mailroom,
  ) {}

  /** Once per device, at its first login. Safe to run twice. */
  greet(tenantId: TenantId, address: DeviceAddress): Promise<void> {
    return this.phones.use(tenantId, address.number, async (phone) => {
      const device = await this.database.forTenant(tenantId, (tx) => this.devices.find(tx, address));
      if (!device || device.historySent) return;
      const letters = await bootstrapFor(phone, { account: phone.account, device });
      await this.database.forTenant(tenantId, async (tx) => {
        await phone.save(tx);
        await this.devices.markHistorySent(tx, address);
        await this.mailroom.post(tx, letters.map((letter) => ({ to: address, stanza: letter })));
      });
    });
  }
}

async function bootstrapFor(phone: ActivePhone, recipient: Member): Promise<Stanza[]> {
  const letters: Stanza[] = [];
  await phone.meet([recipient]);
  for (const message of historyBootstrap(phone.account, unixTime())) {
    const enc = await phone.encryptFor(recipient, message);
    const attributes = { id: newStanzaId('3P'), from: numberJid(phone.account), type: 'text', category: 'peer', t: unixTime() };
    letters.push(stanza('message', attributes, [enc]));
  }
  return letters;
}
