import { Injectable } from '@nestjs/common';
import { PhoneReceiver } from '../phone/phone-receiver.js';
import { proto } from '../protocol/baileys.js';
import type { Introduction } from '../protocol/noise-handshake.js';
import { readRegistration } from '../protocol/registration.js';
import type { Connection } from './connection.js';
import { Login } from './login.js';
import { PairingByQr } from './pairing-by-qr.js';
import { StandingFaults } from './standing-faults.js';

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
    if (!client.devicePairingData) return this.login.attempt(connection, client, clientKey);
    const silence = this.faults.remaining(connection.tenantId, 'blackhole', null);
    if (silence) return connection.silence(silence);
    this.byQr.offer({ connection, clientKey, keys: readRegistration(client.devicePairingData) });
  }
}
