import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import type { Account } from '../protocol/addresses.js';
import type { Stanza } from '../protocol/stanza.js';
import { Directory } from '../store/directory.js';
import { Mailroom } from './mailroom.js';

/** What linked devices are told; a phone reads nothing from it. Once per transaction and as its last step. */
@Injectable()
export class Notices {
  constructor(
    private readonly directory: Directory,
    private readonly mailroom: Mailroom,
  ) {}

  /** All of these to every device of these accounts. `except`: the device that made the change. */
  async post(tx: TenantTx, accounts: Pick<Account, 'number'>[], notices: Stanza[], except?: number): Promise<void> {
    const devices = (await this.directory.devicesOf(tx, accounts)).filter(({ device }) => device > 0 && device !== except);
    await this.mailroom.post(tx, devices.flatMap((to) => notices.map((stanza) => ({ to, stanza }))));
  }
}
