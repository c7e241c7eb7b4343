import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import type { Account } from '../../protocol/addresses.js';
import { newStanzaId, SERVER, stanza, unixTime } from '../../protocol/stanza.js';
import { Notices } from '../notices.js';
import { Profiles } from '../profile/profiles.js';
import type { Setting, Step } from './collection.js';

/** What follows from a change of settings. */
@Injectable()
export class SettingsNews {
  constructor(
    private readonly profiles: Profiles,
    private readonly notices: Notices,
  ) {}

  /** A new name is the account's from now on. Every linked device but the one that made the change is told to look. */
  async tell(tx: TenantTx, account: Account, author: number, collection: string, { state, settings }: Step): Promise<void> {
    const name = settings.map(nameIn).findLast((one) => one !== undefined);
    if (name !== undefined) await this.profiles.change(tx, account, { name });
    const notice = stanza('notification', { from: SERVER, type: 'server_sync', id: newStanzaId('A'), t: unixTime() }, [
      stanza('collection', { name: collection, version: state.version }),
    ]);
    await this.notices.post(tx, [account], [notice], author);
  }
}

function nameIn({ index, value }: Setting): string | undefined {
  return index[0] === 'setting_pushName' ? value?.pushNameSetting?.name?.slice(0, 100) || undefined : undefined;
}
