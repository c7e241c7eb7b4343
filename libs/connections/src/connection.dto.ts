import type { ConnectionState, NodeId, Reason } from '#libs/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class PairingDto {
  /** Text of the QR code to scan on the phone (WhatsApp > Linked devices) @example "https://wa.me/settings/linked_devices#2@..." */
  qr!: string;

  /** Then another code takes its place @example "2026-11-23T10:01:00.000Z" */
  qrExpiresAt!: string;

  /** To be entered on the phone instead; null until one was asked for @example "ABCD1234" */
  pairingCode!: string | null;
}

export class ConnectionDto {
  /** @example "pairing" */
  state!: ConnectionState;

  /** Why it is disconnected; null otherwise @example null */
  reason!: Reason | null;

  /** Of the state; of a disconnect the instant it left connected @example "2026-11-23T10:00:00.000Z" */
  since!: string;

  /** @example "5511999990001" */
  phoneNumber!: string | null;

  /** @example "Ana" */
  profileName!: string | null;

  /** The node that holds the session @example "nod_01h455vb4pex5vsknk084sn02q" */
  ownerNode!: NodeId | null;

  /** Not before this is the next attempt; null when it may be at any time, or there will be none @example null */
  retryAt!: string | null;

  /** Logins in a row that failed @example 0 */
  attempts!: number;

  /** While a code can be scanned */
  pairing!: PairingDto | null;
}

export class PairingCodeRequest {
  /** The phone that will be linked: digits with the country code @example "5511999990001" */
  @ApiProperty({ maxLength: 15 })
  @Matches(/^[1-9]\d{6,14}$/, { message: 'phoneNumber must be digits with the country code' })
  phoneNumber!: string;
}

export class PairingCodeDto {
  /** Enter it on the phone: WhatsApp > Linked devices > Link with phone number @example "ABCD1234" */
  pairingCode!: string;
}
