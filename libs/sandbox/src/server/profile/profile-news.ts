import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, numberJid } from '../../protocol/addresses.js';
import { newStanzaId, stanza, type Stanza, unixTime } from '../../protocol/stanza.js';
import { ProfilesRepository } from '../../store/profiles.repository.js';
import { Notices } from '../notices.js';

/** Tells linked devices that something about an account has changed. Once per transaction and as its last step. */
@Injectable()
export class ProfileNews {
  constructor(
    private readonly profiles: ProfilesRepository,
    private readonly notices: Notices,
  ) {}

  /** To everybody who has a chat with it, and to its own devices. */
  async tellContacts(tx: TenantTx, account: Account, type: string, what: Stanza): Promise<void> {
    const contacts = await this.profiles.contactsOf(tx, account.number);
    await this.tell(tx, [account.number, ...contacts], numberJid(account), type, what);
  }

  tellOwn(tx: TenantTx, account: Account, type: string, what: Stanza): Promise<void> {
    return this.tell(tx, [account.number], numberJid(account), type, what);
  }

  async tell(tx: TenantTx, numbers: string[], from: string, type: string, what: Stanza): Promise<void> {
    const notice = stanza('notification', { from, type, id: newStanzaId('P'), t: unixTime() }, [what]);
    await this.notices.post(tx, numbers.map((number) => ({ number })), [notice]);
  }
}
