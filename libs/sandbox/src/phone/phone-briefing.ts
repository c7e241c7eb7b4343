import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import type { proto } from '@whiskeysockets/baileys';
import type { Account } from '../protocol/addresses.js';
import { AppState } from '../server/app-state/app-state.js';
import type { Device } from '../store/devices.repository.js';
import { PhoneHistory } from './history/phone-history.js';

/** What a device needs to know that has just been linked: the key to the account's settings, then what the phone shows. */
@Injectable()
export class PhoneBriefing {
  constructor(
    private readonly appState: AppState,
    private readonly history: PhoneHistory,
  ) {}

  /** Of that what it does not have. */
  async for(tx: TenantTx, account: Account, device: Device): Promise<proto.IMessage[]> {
    const key = device.settingsKeySent ? [] : [await this.appState.share(tx, account)];
    return [...key, ...(device.historySent ? [] : await this.history.tell(tx, account, device.fullHistory))];
  }
}
