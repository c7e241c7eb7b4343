import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import type { Environment, InstanceId } from '#libs/contracts';
import { MayBeAbsent } from '#libs/platform';
import { PolicyActorDto } from '#libs/retention';
import { SELECTOR } from '../holds/hold.dto.js';
import { BULK_ACTIONS, type BulkAction, type BulkRequest, type BulkResult, type BulkStatus, type BulkTally } from './bulk-request.js';

export class RequestBulkDto {
  /** archive, or delete: what the same request for each alone would do @example "archive" */
  @IsIn(BULK_ACTIONS)
  action!: BulkAction;

  /** These instances; or `selector` @example ["ins_01h455vb4pex5vsknk084sn02q"] */
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(40, { each: true })
  ids?: string[];

  /** Those that have this label now, at most 10,000: `key`, `key=*` or `key=value`. Who gets the label later is not among them @example "plan=free" */
  @MayBeAbsent()
  @IsString()
  @MaxLength(192)
  @Matches(SELECTOR, { message: 'selector must be a label: key, key=* or key=value' })
  selector?: string;
}

export class ConfirmBulkDto {
  /** What the request was answered with @example "p0m4Qz0lZk3JtUq8dV7Yw2sXb9RfNcAe" */
  @IsString()
  @Length(1, 100)
  token!: string;

  /** How many instances it is about, typed by whoever confirms @example 12 */
  @ApiProperty({ type: 'integer' })
  @IsInt()
  @Min(1)
  @Max(10_000)
  instances!: number;
}

export class BulkRequestDto {
  /** @example "blk_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "live" */
  environment!: Environment;

  /** @example "archive" */
  action!: BulkAction;

  /** open: waits to be confirmed @example "open" */
  status!: BulkStatus;

  /** How many it is about: exactly those that were found when it was asked for @example 12 */
  @ApiProperty({ type: 'integer' })
  instances!: number;

  /** What would have been refused when it was asked for: why, how often @example { "hold": 1 } */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  wouldRefuse!: Record<string, number>;

  /** @example "2026-11-23T10:00:00.000Z" */
  requestedAt!: string;

  @Type(() => PolicyActorDto)
  requestedBy!: PolicyActorDto;

  /** Until when it can be confirmed @example "2026-11-23T10:10:00.000Z" */
  expiresAt!: string;

  /** When it was stopped or had nothing left to do @example null */
  endedAt!: string | null;
}

export class BulkRequestWithTallyDto extends BulkRequestDto {
  /** How many were archived, or have their removal scheduled @example 11 */
  @ApiProperty({ type: 'integer' })
  done!: number;

  /** How many were not @example 1 */
  @ApiProperty({ type: 'integer' })
  refused!: number;

  /** Why not, and how often @example { "hold": 1 } */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  reasons!: Record<string, number>;
}

export class NewBulkRequestDto extends BulkRequestDto {
  /** To confirm with, by the same key; shown this once @example "p0m4Qz0lZk3JtUq8dV7Yw2sXb9RfNcAe" */
  token!: string;
}

export class BulkResultDto {
  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: InstanceId;

  /** null: it has not had its turn @example "refused" */
  outcome!: 'done' | 'refused' | null;

  /** What stood in the way, or the code of the answer that a request for it alone would have had @example "hold" */
  reason!: string | null;

  /** The removal that was scheduled; to be cancelled by itself @example null */
  purgeId!: string | null;
}

export class BulkRequestPageDto {
  data!: BulkRequestDto[];

  /** @example null */
  nextCursor!: string | null;
}

export class BulkResultPageDto {
  data!: BulkResultDto[];

  /** @example null */
  nextCursor!: string | null;
}

export function toBulkRequestDto({ id, environment, action, status, instances, wouldRefuse, requestedAt, requestedBy, tokenUntil, endedAt }: BulkRequest): BulkRequestDto {
  const dates = { requestedAt: requestedAt.toISOString(), expiresAt: tokenUntil.toISOString(), endedAt: endedAt?.toISOString() ?? null };
  return { id, environment, action, status, instances, wouldRefuse, requestedBy, ...dates };
}

export const toBulkRequestWithTallyDto = (request: BulkRequest, tally: BulkTally): BulkRequestWithTallyDto => ({ ...toBulkRequestDto(request), ...tally });

export const toBulkResultDto = (result: BulkResult): BulkResultDto => ({ ...result });
