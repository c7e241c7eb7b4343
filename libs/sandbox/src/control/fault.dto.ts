import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { MayBeAbsent } from '#libs/platform';
import { FAULT_KINDS, type FaultKind, termsOf } from '../server/fault-kinds.js';
import { secondsLeft, type StandingFault } from '../server/standing-faults.js';
import { PHONE_NUMBER } from './phone-number.js';

const NUMBER_FAULT = { message: 'phoneNumber must be 7 to 15 digits without a plus or a leading zero' };
const KINDS = FAULT_KINDS.map((kind) => `\`${kind}\`: ${termsOf(kind).what}.`).join('\n\n');

export class CreateFaultDto {
  /** @example "drop" */
  @ApiProperty({ enum: FAULT_KINDS, description: `What goes wrong.\n\n${KINDS}` })
  @IsIn(FAULT_KINDS)
  kind!: FaultKind;

  /** The phone whose linked devices it meets; absent: those of every phone. Not with what comes before a login, nor with `storm` @example "5511999990001" */
  @MayBeAbsent()
  @ApiPropertyOptional({ maxLength: 15 })
  @Matches(PHONE_NUMBER, NUMBER_FAULT)
  phoneNumber?: string;

  /** How long it lasts, for kinds that last; 60 when absent, but `banned` without it happens once @example 30 */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(86_400)
  seconds?: number;

  /** For `login_refused` and `message_refused`: the error that is said */
  @MayBeAbsent()
  @IsInt()
  @Min(400)
  @Max(599)
  code?: number;

  /** For `latency`: how late everything is */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(60_000)
  milliseconds?: number;

  /** For `storm`: how many of a hundred lines are cut */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(100)
  percent?: number;
}

export class FaultDto {
  /** @example "drop" */
  @ApiProperty({ enum: FAULT_KINDS })
  kind!: FaultKind;

  /** How many open connections it met at once @example 1 */
  connections!: number;

  /** How long it lasts; null when it happened once @example 30 */
  seconds!: number | null;
}

export class StandingFaultDto {
  /** @example "latency" */
  @ApiProperty({ enum: FAULT_KINDS })
  kind!: FaultKind;

  /** null: it meets every phone @example "5511999990001" */
  phoneNumber!: string | null;

  /** How long it will still last @example 12 */
  secondsLeft!: number;

  /** null: its kind has none @example null */
  code!: number | null;

  /** null: its kind has none @example 200 */
  milliseconds!: number | null;
}

export class StandingFaultsDto {
  @ArrayMaxSize(1_000)
  data!: StandingFaultDto[];
}

export class FaultsQuery {
  /** Only faults of this kind @example "latency" */
  @IsOptional()
  @ApiPropertyOptional({ enum: FAULT_KINDS })
  @IsIn(FAULT_KINDS)
  kind?: FaultKind;

  /** Only those that were aimed at this phone @example "5511999990001" */
  @IsOptional()
  @ApiPropertyOptional({ maxLength: 15 })
  @Matches(PHONE_NUMBER, NUMBER_FAULT)
  phoneNumber?: string;
}

export class EndedFaultsDto {
  /** How many ended @example 1 */
  ended!: number;
}

export function standingFaultDto(fault: StandingFault): StandingFaultDto {
  const { kind, number, code, milliseconds } = fault;
  return { kind, phoneNumber: number, secondsLeft: secondsLeft(fault), code, milliseconds };
}
