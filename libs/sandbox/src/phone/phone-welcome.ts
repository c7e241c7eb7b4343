import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import type { proto } from '@whiskeysockets/baileys';
import type { DeviceAddress } from '../protocol/addresses.js';
import { settingsKeyShare } from '../protocol/settings-key.js';
import { Mailroom } from '../server/mailroom.js';
import { type Device, DevicesRepository } from '../store/devices.repository.js';
import { SettingsKeysRepository } from '../store/settings-keys.repository.js';
import type { Post } from '../store/stanza-queue.repository.js';
import type { ActivePhone } from './active-phone.js';
import { PhoneHistory } from './history/phone-history.js';
import { peerLetter } from './peer-letter.js';
import { Phones } from './phones.js';

/** What a phone sends to a device that it has just linked: the key to the account's settings, then what it shows. */
@Injectable()
export class PhoneWelcome {
  constructor(
    private readonly database: Database,
    private readonly phones: Phones,
    private readonly devices: DevicesRepository,
    private readonly settingsKeys: SettingsKeysRepository,
    private readonly history: PhoneHistory,
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
    const messages = await this.database.forTenant(tenantId, async (tx): Promise<proto.IMessage[]> => {
      const key = settingsKeyShare(await this.settingsKeys.get(tx, phone.account.number));
      return [key, ...(device.historySent ? [] : await this.history.tellAll(tx, phone.account))];
    });
    const letters: Post[] = [];
    for (const message of messages) letters.push(await peerLetter(phone, { account: phone.account, device }, message));
    return letters;
  }
}
