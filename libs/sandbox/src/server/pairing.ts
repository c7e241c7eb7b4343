import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import type { PhoneCredentials } from '../phone/credentials.js';
import { type Account, type DeviceAddress, lidJid, numberJid } from '../protocol/addresses.js';
import { type DeviceVoucher, isCountersigned, sealIdentity } from '../protocol/device-identity.js';
import type { DeviceKeys } from '../protocol/registration.js';
import { bytesOf, childOf, newStanzaId, SERVER, stanza, type Stanza, unixTime } from '../protocol/stanza.js';
import { PairingUnanswered, QrExpired } from '../sandbox.errors.js';
import type { Connection } from './connection.js';
import { Enrolment } from './enrolment.js';
import { lastWords } from './last-words.js';
import { StandingFaults } from './standing-faults.js';

/** A client that wants to become somebody's device. */
export interface Candidate {
  connection: Connection;
  /** the static key of its handshake */
  clientKey: Buffer;
  keys: DeviceKeys;
  /** it wants all of the past, not only what is recent */
  fullHistory: boolean;
}

/** What the phone learnt from a QR code or through a pairing code. */
export interface Invitation {
  /** the phone that links the device */
  number: string;
  identityKey: Buffer;
  advSecret: Buffer;
}

const PATIENCE_MS = 10_000;

/** Links a client to a phone. */
@Injectable()
export class Pairing {
  constructor(
    private readonly database: Database,
    private readonly enrolment: Enrolment,
    private readonly faults: StandingFaults,
  ) {}

  /**
   * The device is stored before the client hears of it: a client that believes it is linked will be let in, whatever dies in between.
   * @throws PhoneNotFound, TooManyDevices, QrExpired (the code was another client's), PairingUnanswered
   */
  async link(candidate: Candidate, { number, identityKey, advSecret }: Invitation): Promise<DeviceAddress> {
    if (!identityKey.equals(candidate.keys.identityKey)) throw new QrExpired();
    const { connection, keys, clientKey, fullHistory } = candidate;
    const newcomer = { keys, noiseKey: clientKey, fullHistory };
    const { account, credentials, address, voucher } = await this.database.forTenant(connection.tenantId, (tx) => this.enrolment.enrol(tx, number, newcomer));
    const shown = this.faults.find(connection.tenantId, 'pairing_forged', number) ? forged(voucher) : voucher;
    if (!(await this.isAccepted(candidate, pairSuccess(account, address, sealIdentity(shown, advSecret)), credentials))) {
      await this.database.forTenant(connection.tenantId, (tx) => this.enrolment.undo(tx, address));
      connection.end(lastWords.notLinked());
      throw new PairingUnanswered();
    }
    void this.restart(connection, address);
    return address;
  }

  /** At once, unless a fault holds it back. */
  private async restart(connection: Connection, { number }: DeviceAddress): Promise<void> {
    await this.faults.over(connection.tenantId, 'pairing_stall', number);
    connection.end(lastWords.restart());
  }

  private async isAccepted({ connection, keys }: Candidate, offer: Stanza, { signedIdentityKey }: PhoneCredentials): Promise<boolean> {
    try {
      const answer = await connection.ask(offer, PATIENCE_MS);
      const identity = bytesOf(childOf(childOf(answer, 'pair-device-sign'), 'device-identity'));
      return isCountersigned(identity, keys.identityKey, signedIdentityKey.public);
    } catch {
      return false;
    }
  }
}

const forged = (voucher: DeviceVoucher): DeviceVoucher => ({ ...voucher, accountSignature: randomBytes(voucher.accountSignature.length) });

/** The texts that a client shows as QR codes, one after the other. */
export function newRefs(count: number): string[] {
  return Array.from({ length: count }, () => `2@${randomBytes(24).toString('base64url')}`);
}

export function pairDevice(refs: string[]): Stanza {
  const children = refs.map((ref) => stanza('ref', {}, Buffer.from(ref)));
  return stanza('iq', { from: SERVER, type: 'set', xmlns: 'md', id: newStanzaId('P') }, [stanza('pair-device', {}, children)]);
}

function pairSuccess(account: Account, { device }: DeviceAddress, identity: Buffer): Stanza {
  return stanza('iq', { from: SERVER, type: 'set', xmlns: 'md', id: newStanzaId('S'), t: unixTime() }, [
    stanza('pair-success', {}, [
      stanza('device-identity', {}, identity),
      stanza('device', { jid: numberJid(account, device), lid: lidJid(account, device) }),
      stanza('platform', { name: 'android' }),
    ]),
  ]);
}
