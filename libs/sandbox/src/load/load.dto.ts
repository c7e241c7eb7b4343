import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsBoolean, IsInt, Matches, Max, Min } from 'class-validator';
import { PHONE_NUMBER } from '../control/phone-number.js';
import type { Tally } from '../store/tally.repository.js';
import type { TrafficState } from './load-traffic.js';
import type { LoadState } from './loads.service.js';
import { lastOf } from './number-range.js';

const LABEL = /^[A-Za-z0-9_-]{1,40}$/;
const LABEL_FAULT = { message: 'label must be 1 to 40 letters, digits, - or _' };

export class PutLoadDto {
  /** How many phones; they have the numbers from `firstNumber` on @example 1000 */
  @IsInt()
  @Min(1)
  @Max(10_000)
  phones!: number;

  /** @example "5599000000001" */
  @ApiProperty({ maxLength: 15, required: false, default: '5599000000001' })
  @Matches(PHONE_NUMBER, { message: 'firstNumber must be 7 to 15 digits without a plus or a leading zero' })
  firstNumber: string = '5599000000001';

  /** Whether the next phone without a linked device scans every QR code that a test instance shows @example true */
  @ApiProperty({ required: false, default: false })
  @IsBoolean()
  autoScan: boolean = false;
}

export class StartTrafficDto {
  /** The n-th text is `<label>#<n>` @example "morning" */
  @ApiProperty({ maxLength: 40 })
  @Matches(LABEL, LABEL_FAULT)
  label!: string;

  /** Texts per second, over all phones @example 50 */
  @IsInt()
  @Min(1)
  @Max(1_000)
  perSecond!: number;

  /** @example 60 */
  @IsInt()
  @Min(1)
  @Max(3_600)
  seconds!: number;
}

export class TrafficDto {
  /** @example "morning" */
  label!: string;

  /** @example 50 */
  perSecond!: number;

  /** @example 60 */
  seconds!: number;

  /** @example true */
  running!: boolean;

  /** Texts that are on their way for good @example 1200 */
  sent!: number;

  /** Texts that could not be sent @example 0 */
  failed!: number;
}

export class LoadDto {
  /** @example "5599000000001" */
  firstNumber!: string;

  /** @example "5599000001000" */
  lastNumber!: string;

  /** How many of them are there @example 1000 */
  phones!: number;

  /** @example true */
  autoScan!: boolean;

  /** How many of them have a linked device @example 1000 */
  linked!: number;

  /** How many devices of the tenant are logged in @example 998 */
  connected!: number;

  /** The last one; null: there was none since the sandbox was started */
  @ApiProperty({ type: TrafficDto, nullable: true })
  traffic!: TrafficDto | null;
}

export class TallyQuery {
  /** Of which texts: those of `<label>#<n>` @example "morning" */
  @ApiProperty({ maxLength: 40 })
  @Matches(LABEL, LABEL_FAULT)
  label!: string;
}

export class TallyDto {
  /** @example "morning" */
  label!: string;

  /** How many some phone shows as sent, from itself or from a device linked to it @example 3000 */
  sent!: number;

  /** How many of them some linked device has not receipted yet @example 0 */
  waiting!: number;

  /** How many some phone shows as received @example 3000 */
  received!: number;

  /** How often a phone received one that it had received before @example 0 */
  doubled!: number;

  /** The largest number @example 3000 */
  highest!: number;

  /** Numbers that no phone shows as received: the first hundred @example [] */
  @ApiProperty({ type: [Number] })
  @ArrayMaxSize(100)
  missing!: number[];
}

export function loadDto({ first, count, phones, autoScan, linked, connected }: LoadState, traffic: TrafficState | null): LoadDto {
  return { firstNumber: first, lastNumber: lastOf({ first, count }), phones, autoScan, linked, connected, traffic };
}

export function tallyDto(label: string, tally: Tally): TallyDto {
  return { label, ...tally };
}
