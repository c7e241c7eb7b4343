import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, lidJid, numberJid } from '../../protocol/addresses.js';
import { newStanzaId, stanza, type Stanza, unixTime } from '../../protocol/stanza.js';
import { Notices } from '../notices.js';
import { type Group, groupJid } from './group.js';

/** Tells everybody in a group what somebody did to it. */
@Injectable()
export class GroupNews {
  constructor(private readonly notices: Notices) {}

  /** Once per transaction and as its last step. */
  async tell(tx: TenantTx, group: Group, actor: Account, audience: Account[], news: Stanza[]): Promise<void> {
    await this.notices.post(tx, audience, news.map((what) => notice(group, actor, what)));
  }
}

function notice(group: Group, actor: Account, what: Stanza): Stanza {
  const attributes = {
    from: groupJid(group),
    type: 'w:gp2',
    id: newStanzaId('G'),
    t: unixTime(),
    participant: lidJid(actor),
    participant_pn: numberJid(actor),
    addressing_mode: 'lid',
    notify: actor.name,
  };
  return stanza('notification', attributes, [what]);
}
