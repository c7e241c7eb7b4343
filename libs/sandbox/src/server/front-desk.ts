import { Injectable } from '@nestjs/common';
import type { Introduction } from '../protocol/noise-handshake.js';
import type { Stanza } from '../protocol/stanza.js';
import { Admission } from './admission.js';
import type { Connection, ConnectionHandler } from './connection.js';
import { Departure } from './departure.js';
import { Traffic } from './traffic.js';
import { UnpairedDesk } from './unpaired-desk.js';

/** Sends what happens on a connection to whoever deals with it. */
@Injectable()
export class FrontDesk implements ConnectionHandler {
  constructor(
    private readonly admission: Admission,
    private readonly departure: Departure,
    private readonly unpaired: UnpairedDesk,
    private readonly traffic: Traffic,
  ) {}

  opened(connection: Connection, introduction: Introduction): Promise<void> {
    return this.admission.receive(connection, introduction);
  }

  async received(connection: Connection, stanza: Stanza): Promise<void> {
    if (connection.session) await this.traffic.handle(connection, connection.session, stanza);
    else if (stanza.tag === 'iq') this.unpaired.answer(connection, stanza);
  }

  closed(connection: Connection): void {
    this.departure.forget(connection);
  }
}
