import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { DeviceAddress } from '../protocol/addresses.js';
import { BadQr, QrExpired } from '../sandbox.errors.js';
import type { Connection } from './connection.js';
import { type Candidate, newRefs, pairDevice, Pairing } from './pairing.js';

interface Offer {
  candidate: Candidate;
  refs: string[];
  /** while a phone is at it */
  taken: boolean;
}

/** What a QR code says: `https://wa.me/settings/linked_devices#ref,noise key,identity key,secret,platform`, keys in base64. */
interface QrCode {
  ref: string;
  identityKey: Buffer;
  advSecret: Buffer;
}

/** Clients that show a QR code, and phones that scan it. In memory: a code lives as long as its connection. */
@Injectable()
export class PairingByQr {
  private readonly offers = new Map<Connection, Offer>();
  private readonly byRef = new Map<string, Offer>();

  constructor(private readonly pairing: Pairing) {}

  /** Gives an unpaired client its codes. */
  offer(candidate: Candidate, codes: number): void {
    const offer = { candidate, refs: newRefs(codes), taken: false };
    this.offers.set(candidate.connection, offer);
    for (const ref of offer.refs) this.byRef.set(ref, offer);
    candidate.connection.send(pairDevice(offer.refs));
  }

  /** A phone scans a code; once at a time. @throws BadQr, QrExpired and what `Pairing.link` throws */
  async scan(tenantId: TenantId, number: string, qr: string): Promise<DeviceAddress> {
    const { ref, identityKey, advSecret } = readQr(qr);
    const offer = this.byRef.get(ref);
    if (!offer || offer.taken || offer.candidate.connection.tenantId !== tenantId || !offer.candidate.connection.isOpen) throw new QrExpired();
    offer.taken = true;
    try {
      return await this.pairing.link(offer.candidate, { number, identityKey, advSecret });
    } finally {
      offer.taken = false;
    }
  }

  /** The client behind a connection that is not paired yet. */
  candidateOf(connection: Connection): Candidate | undefined {
    return this.offers.get(connection)?.candidate;
  }

  withdraw(connection: Connection): void {
    for (const ref of this.offers.get(connection)?.refs ?? []) this.byRef.delete(ref);
    this.offers.delete(connection);
  }
}

function readQr(qr: string): QrCode {
  const [ref, noiseKey, identityKey, advSecret] = qr.slice(qr.indexOf('#') + 1).split(',');
  if (!ref || !noiseKey || !identityKey || !advSecret) throw new BadQr();
  return { ref, identityKey: Buffer.from(identityKey, 'base64'), advSecret: Buffer.from(advSecret, 'base64') };
}
