import { Injectable } from '@nestjs/common';
import { Problem } from '#libs/platform';
import { allChildrenOf, type Stanza } from '../../protocol/stanza.js';
import type { Connection, Session } from '../connection.js';
import { Attendance } from './attendance.js';
import { ChatStates } from './chat-states.js';
import type { Typing } from './presences.js';

/** What devices say of their presence. Nothing of it is answered. */
@Injectable()
export class PresenceDesk {
  constructor(
    private readonly attendance: Attendance,
    private readonly chatStates: ChatStates,
  ) {}

  async presence(connection: Connection, { account }: Session, { attrs }: Stanza): Promise<void> {
    if (attrs.type === 'subscribe') return this.attendance.watch(connection, attrs.to ?? '');
    if (attrs.type !== 'available' && attrs.type !== 'unavailable') return;
    await this.attendance.announce(connection.tenantId, account, connection, attrs.type === 'available');
  }

  /** In a group that the device is not in it does not matter. */
  async chatState(connection: Connection, { account }: Session, node: Stanza): Promise<void> {
    try {
      await this.chatStates.pass(connection.tenantId, account, node.attrs.to ?? '', typingIn(node));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  left(connection: Connection): void {
    this.attendance.forget(connection);
  }
}

function typingIn(node: Stanza): Typing | null {
  const [state] = allChildrenOf(node);
  if (state?.tag !== 'composing') return null;
  return state.attrs.media === 'audio' ? 'recording' : 'composing';
}
