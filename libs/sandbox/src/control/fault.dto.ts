import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { MayBeAbsent } from '#libs/platform';
import { FAULT_KINDS, type FaultKind } from './faults.service.js';
import { PHONE_NUMBER } from './phone-number.js';

export class CreateFaultDto {
  /**
   * What goes wrong. `drop`: the line is cut. `replaced`, `stream_503`, `restart_515`, `bad_session`: the server says so and closes.
   * `banned`, `temporary_ban`, `stale_version`: the same, and logins are refused for `seconds`. `login_503`, `upgrade_503`: logins or
   * connections are refused for `seconds`, open ones stay. `blackhole`: for `seconds` nothing passes, then the line is cut.
   * @example "drop"
   */
  @IsIn(FAULT_KINDS)
  kind!: FaultKind;

  /** The phone whose linked devices it meets; absent: those of every phone. Not with `upgrade_503` @example "5511999990001" */
  @MayBeAbsent()
  @ApiPropertyOptional({ maxLength: 15 })
  @Matches(PHONE_NUMBER, { message: 'phoneNumber must be 7 to 15 digits without a plus or a leading zero' })
  phoneNumber?: string;

  /** How long it lasts, for kinds that last; 60 when absent, but `banned` without it ends at once @example 30 */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(86_400)
  seconds?: number;
}

export class FaultDto {
  /** @example "drop" */
  kind!: FaultKind;

  /** How many open connections it met at once @example 1 */
  connections!: number;

  /** How long it lasts; null when it happened once @example 30 */
  seconds!: number | null;
}
