import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { type Account, lidJid, numberJid, parseJid } from '../../protocol/addresses.js';
import { stanza, type Stanza } from '../../protocol/stanza.js';
import { Audience } from '../audience.js';
import { isGroupJid } from '../groups/group.js';
import { Switchboard } from '../switchboard.js';
import { Presences, type Typing } from './presences.js';

/** Who types where: passed on at once or not at all, and remembered for who looks at a phone. */
@Injectable()
export class ChatStates {
  constructor(
    private readonly database: Database,
    private readonly audience: Audience,
    private readonly presences: Presences,
    private readonly switchboard: Switchboard,
  ) {}

  /** To everybody else in the chat who is connected; in one with nobody nothing happens. `what` null: paused. @throws GroupNotFound, NotInGroup */
  async pass(tenantId: TenantId, sender: Account, to: string, what: Typing | null): Promise<void> {
    const { chat, listeners } = await this.database.forTenant(tenantId, (tx) => this.audience.of(tx, sender, to));
    this.presences.types(tenantId, sender.number, chat, listeners.length > 0 ? what : null);
    const state = chatStateStanza(sender, to, what);
    for (const { number } of listeners) for (const connection of this.switchboard.ofAccount(tenantId, number)) connection.send(state);
  }
}

function chatStateStanza(sender: Account, to: string, what: Typing | null): Stanza {
  const state = what ? stanza('composing', what === 'recording' ? { media: 'audio' } : {}) : stanza('paused');
  if (isGroupJid(to)) return stanza('chatstate', { from: to, participant: lidJid(sender) }, [state]);
  return stanza('chatstate', { from: parseJid(to)?.isLid ? lidJid(sender) : numberJid(sender) }, [state]);
}
