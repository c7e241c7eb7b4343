import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import type { DeviceAddress } from '../protocol/addresses.js';
import { Mailroom } from '../server/mailroom.js';
import { type Device, DevicesRepository } from '../store/devices.repository.js';
import type { Post } from '../store/stanza-queue.repository.js';
import type { ActivePhone } from './active-phone.js';
import { peerLetter } from './peer-letter.js';
import { PhoneBriefing } from './phone-briefing.js';
import { Phones } from './phones.js';

/** What a phone sends to a device that it has just linked. */
@Injectable()
export class PhoneWelcome {
  constructor(
    private readonly database: Database,
    private readonly phones: Phones,
    private readonly devices: DevicesRepository,
    private readonly briefing: PhoneBriefing,
    private readonly mailroom: Mailroom,
  ) {}

  /** Once per device, at its first login. Safe to run twice. */
  greet(tenantId: TenantId, address: DeviceAddress): Promise<void> {
    return this.phones.use(tenantId, address.number, async (phone) => {
      const device = await this.database.forTenant(tenantId, (tx) => this.devices.find(tx, address));
      if (!device || (device.historySent && device.settingsKeySent)) return;
      const letters = await this.write(tenantId, phone, device);
      await this.database.forTenant(tenantId, async (tx) => {
        await phone.save(tx);
        await this.devices.markGreeted(tx, address);
        await this.mailroom.post(tx, letters);
      });
    });
  }

  private async write(tenantId: TenantId, phone: ActivePhone, device: Device): Promise<Post[]> {
    const messages = await this.database.forTenant(tenantId, (tx) => this.briefing.for(tx, phone.account, device));
    const letters: Post[] = [];
    for (const message of messages) letters.push(await peerLetter(phone, { account: phone.account, device }, message));
    return letters;
  }
}
