import type { ConnectionState, NodeId, Reason } from '#libs/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, Matches } from 'class-validator';
import type { PairingOutcome } from './connections.repository.js';

export class PairingDto {
  /** Text of the QR code to scan on the phone (WhatsApp > Linked devices) @example "https://wa.me/settings/linked_devices#2@..." */
  qr!: string;

  /** Then another code takes its place @example "2026-11-23T10:01:00.000Z" */
  qrExpiresAt!: string;

  /** To be entered on the phone instead; null until one was asked for @example "ABCD1234" */
  pairingCode!: string | null;
}

export class LastCloseDto {
  /** @example "connection_lost" */
  reason!: Reason;

  /** WhatsApp's status; null when there was none @example 503 */
  @ApiProperty({ type: 'integer', nullable: true })
  code!: number | null;

  /** @example "2026-11-23T10:00:00.000Z" */
  at!: string;
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

  /** Connections in a row that did not hold for a minute; from the sixth on it slows down @example 0 */
  flaps!: number;

  /** Nothing is tried any more until somebody asks: start or restart it @example false */
  halted!: boolean;

  /** How its line last ended, of a connection or of an attempt; null when that never happened */
  @ApiProperty({ type: LastCloseDto, nullable: true })
  lastClose!: LastCloseDto | null;

  /** Why the last pairing linked no phone: nobody scanned in time, or a phone with another number did. Null when it did, or there was none @example null */
  @ApiProperty({ type: 'string', enum: ['expired', 'other_number'], nullable: true })
  lastPairing!: PairingOutcome | null;

  /** While a code can be scanned */
  pairing!: PairingDto | null;
}

const BOOLEANS: Record<string, boolean> = { true: true, false: false };

export class RestartQuery {
  /** Whether the pairing that follows, if one does, may link a phone with another number than before @example true */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => BOOLEANS[String(value)] ?? value)
  @IsBoolean()
  allowOtherNumber: boolean = false;
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
