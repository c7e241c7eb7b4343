import { Injectable } from '@nestjs/common';
import type { Introduction } from '../protocol/noise-handshake.js';
import type { Stanza } from '../protocol/stanza.js';
import { Admission } from './admission.js';
import type { Connection, ConnectionHandler, Session } from './connection.js';
import { Departure } from './departure.js';
import { QueryDesk } from './iq/query-desk.js';
import { Relays } from './relays.js';
import { UnpairedDesk } from './unpaired-desk.js';

type Handler = (connection: Connection, session: Session, stanza: Stanza) => Promise<void>;

/** Sends what happens on a connection to whoever deals with it. */
@Injectable()
export class FrontDesk implements ConnectionHandler {
  private readonly handlers: Record<string, Handler>;

  constructor(
    private readonly admission: Admission,
    private readonly departure: Departure,
    private readonly unpaired: UnpairedDesk,
    queries: QueryDesk,
    relays: Relays,
  ) {
    this.handlers = {
      iq: (connection, session, node) => queries.answer(connection, session, node),
      message: (connection, session, node) => relays.message(connection, session, node),
      receipt: (connection, session, node) => relays.receipt(connection, session, node),
      call: async (connection, _session, node) => relays.call(connection, node),
      ack: (connection, session, node) => relays.acknowledgement(connection, session, node),
    };
  }

  opened(connection: Connection, introduction: Introduction): Promise<void> {
    return this.admission.receive(connection, introduction);
  }

  /** Presence, chat states and telemetry have no handler and need no answer. */
  async received(connection: Connection, stanza: Stanza): Promise<void> {
    if (connection.session) await this.handlers[stanza.tag]?.(connection, connection.session, stanza);
    else if (stanza.tag === 'iq') this.unpaired.answer(connection, stanza);
  }

  closed(connection: Connection): void {
    this.departure.forget(connection);
  }
}
