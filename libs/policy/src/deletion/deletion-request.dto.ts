import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type { Environment, InstanceId } from '#libs/contracts';
import { MayBeAbsent, PageQuery } from '#libs/platform';
import { PolicyActorDto } from '#libs/retention';
import type { DeletionRequest, DeletionStatus } from './deletion-requests.repository.js';

export class WouldRemoveDto {
  /** Rows by table, of each at most 10,000 counted @example { "messages": 412, "wa_signal_keys": 830 } */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  rows!: Record<string, number>;

  /** @example "2026-11-23T10:00:00.000Z" */
  lastActivityAt!: string | null;

  /** Holds that cover it: none of them may be there when it is removed @example 0 */
  holds!: number;
}

export class DeletionRequestDto {
  /** @example "del_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: InstanceId;

  /** @example "live" */
  environment!: Environment;

  /** open: waits to be confirmed; confirmed: the removal is scheduled, see `purgeId` @example "open" */
  status!: DeletionStatus;

  /** @example "2026-11-23T10:00:00.000Z" */
  requestedAt!: string;

  @Type(() => PolicyActorDto)
  requestedBy!: PolicyActorDto;

  /** Until when it can be confirmed @example "2026-11-23T10:10:00.000Z" */
  expiresAt!: string;

  /** As it was when it was asked for */
  @Type(() => WouldRemoveDto)
  wouldRemove!: WouldRemoveDto;

  /** The removal that the confirmation scheduled @example null */
  purgeId!: string | null;
}

export class NewDeletionRequestDto extends DeletionRequestDto {
  /** To confirm with, by the same key; shown this once @example "p0m4Qz0lZk3JtUq8dV7Yw2sXb9RfNcAe" */
  token!: string;
}

export class ConfirmDeletionDto {
  /** What the request was answered with @example "p0m4Qz0lZk3JtUq8dV7Yw2sXb9RfNcAe" */
  @IsString()
  @Length(1, 100)
  token!: string;

  /** The name of the instance, typed by whoever confirms @example "shop" */
  @IsString()
  @Length(1, 100)
  name!: string;

  /** Whether the device leaves the WhatsApp account at once, before the grace; the instance has to be connected. Cancelling does not bring it back @example false */
  @MayBeAbsent()
  @IsBoolean()
  logout?: boolean;
}

export class DeletionRequestsQuery extends PageQuery {
  /** Only those for this instance @example "ins_01h455vb4pex5vsknk084sn02q" */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  instanceId?: string;
}

export class DeletionRequestPageDto {
  data!: DeletionRequestDto[];

  /** @example null */
  nextCursor!: string | null;
}

export function toDeletionRequestDto({ id, instanceId, environment, status, requestedAt, requestedBy, tokenUntil, wouldRemove, purgeId }: DeletionRequest): DeletionRequestDto {
  return { id, instanceId, environment, status, requestedAt: requestedAt.toISOString(), requestedBy, expiresAt: tokenUntil.toISOString(), wouldRemove, purgeId };
}
