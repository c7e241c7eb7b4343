import { Injectable } from '@nestjs/common';
import type { Connection } from './connection.js';
import { PairingByCode } from './pairing-by-code.js';
import { PairingByQr } from './pairing-by-qr.js';
import { PresenceDesk } from './presence/presence-desk.js';
import { Switchboard } from './switchboard.js';

/** Forgets a connection that has closed: its line, its QR codes, its pairing code, its presence. */
@Injectable()
export class Departure {
  constructor(
    private readonly switchboard: Switchboard,
    private readonly byQr: PairingByQr,
    private readonly byCode: PairingByCode,
    private readonly presence: PresenceDesk,
  ) {}

  forget(connection: Connection): void {
    this.switchboard.disconnect(connection);
    this.byQr.withdraw(connection);
    this.byCode.withdraw(connection);
    this.presence.left(connection);
  }
}
