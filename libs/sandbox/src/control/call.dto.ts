import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, Matches, Max, Min } from 'class-validator';
import { MayBeAbsent } from '#libs/platform';
import type { CallOutcome } from '../server/calls.js';
import { PHONE_NUMBER } from './phone-number.js';

const LONGEST_SECONDS = 30;

export class CallFromPhoneDto {
  /** Whom to call @example "5511999990002" */
  @ApiProperty({ maxLength: 15 })
  @Matches(PHONE_NUMBER, { message: 'to must be 7 to 15 digits without a plus or a leading zero' })
  to!: string;

  /** With a picture @example false */
  @MayBeAbsent()
  @IsBoolean()
  video?: boolean;

  /** How long it rings; absent: 5 @example 2 */
  @MayBeAbsent()
  @ApiPropertyOptional({ type: 'integer' })
  @IsInt()
  @Min(1)
  @Max(LONGEST_SECONDS)
  seconds?: number;
}

export class PhoneCallDto {
  /** WhatsApp's id of the call @example "CALL5F2C9D1E7B4A60" */
  id!: string;

  /** @example "5511999990002" */
  to!: string;

  /** How it ended: nobody can take one @example "rejected" */
  outcome!: CallOutcome;
}
