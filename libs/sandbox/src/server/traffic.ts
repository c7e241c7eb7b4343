import { Injectable } from '@nestjs/common';
import type { Stanza } from '../protocol/stanza.js';
import type { Connection, Session } from './connection.js';
import { QueryDesk } from './iq/query-desk.js';
import { PresenceDesk } from './presence/presence-desk.js';
import { Relays } from './relays.js';

type Handler = (connection: Connection, session: Session, stanza: Stanza) => Promise<void>;

/** Sends what a linked device says to whoever deals with it. Telemetry is nobody's and needs no answer. */
@Injectable()
export class Traffic {
  private readonly handlers: Record<string, Handler>;

  constructor(queries: QueryDesk, relays: Relays, presence: PresenceDesk) {
    this.handlers = {
      iq: (connection, session, node) => queries.answer(connection, session, node),
      message: (connection, session, node) => relays.message(connection, session, node),
      receipt: (connection, session, node) => relays.receipt(connection, session, node),
      call: async (connection, _session, node) => relays.call(connection, node),
      ack: (connection, session, node) => relays.acknowledgement(connection, session, node),
      presence: (connection, session, node) => presence.presence(connection, session, node),
      chatstate: (connection, session, node) => presence.chatState(connection, session, node),
    };
  }

  async handle(connection: Connection, session: Session, node: Stanza): Promise<void> {
    await this.handlers[node.tag]?.(connection, session, node);
  }
}
