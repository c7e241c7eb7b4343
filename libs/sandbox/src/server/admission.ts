import { Injectable } from '@nestjs/common';
import { PhoneReceiver } from '../phone/phone-receiver.js';
import { proto } from '../protocol/baileys.js';
import type { Introduction } from '../protocol/noise-handshake.js';
import { readRegistration, wantsFullHistory } from '../protocol/registration.js';
import type { Connection } from './connection.js';
import { Login } from './login.js';
import { PairingByQr } from './pairing-by-qr.js';
import { secondsLeft, StandingFaults } from './standing-faults.js';

/** As many as WhatsApp hands out at once: 60 s for the first, 20 s for each of the others. */
const QR_CODES = 6;

/** Receives whoever has just introduced itself: a linked device logs in, anybody else is shown QR codes. */
@Injectable()
export class Admission {
  constructor(
    private readonly login: Login,
    private readonly byQr: PairingByQr,
    private readonly faults: StandingFaults,
    private readonly phones: PhoneReceiver,
  ) {}

  async receive(connection: Connection, { clientKey, payload }: Introduction): Promise<void> {
    await this.phones.wake(connection.tenantId);
    const client = proto.ClientPayload.decode(payload);
    const { devicePairingData: registration } = client;
    if (!registration) return this.login.attempt(connection, client, clientKey);
    const silence = this.faults.find(connection.tenantId, 'blackhole', null);
    if (silence) return connection.silence(secondsLeft(silence));
    this.byQr.offer({ connection, clientKey, keys: readRegistration(registration), fullHistory: wantsFullHistory(registration) }, this.codesFor(connection));
  }

  private codesFor({ tenantId }: Connection): number {
    return this.faults.find(tenantId, 'qr_used_up', null) ? 0 : QR_CODES;
  }
}
