import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsString, Length } from 'class-validator';
import type { TenantId } from '#libs/contracts';
import { PolicyActorDto } from '#libs/retention';
import type { TenantDeletion, TenantDeletionStatus } from './tenant-deletions.repository.js';

export class TenantWouldRemoveDto {
  /** Those that are not gone, of both environments @example 12 */
  @ApiProperty({ type: 'integer' })
  instances!: number;

  /** Holds in force: what they cover stays until they are released, and so does the tenant @example 0 */
  @ApiProperty({ type: 'integer' })
  holds!: number;

  /** @example 3 */
  @ApiProperty({ type: 'integer' })
  keys!: number;
}

export class TenantDeletionDto {
  /** @example "del_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "ten_01h455vb4pex5vsknk084sn02q" */
  tenantId!: TenantId;

  /** open: waits to be confirmed; confirmed: its grace runs, or something stands in the way; deleted: the last of it is gone @example "open" */
  status!: TenantDeletionStatus;

  /** As it was when it was asked for */
  @Type(() => TenantWouldRemoveDto)
  wouldRemove!: TenantWouldRemoveDto;

  /** @example "2026-11-23T10:00:00.000Z" */
  requestedAt!: string;

  @Type(() => PolicyActorDto)
  requestedBy!: PolicyActorDto;

  /** Until when it can be confirmed @example "2026-11-23T10:10:00.000Z" */
  expiresAt!: string;

  /** From when the grace of 30 days runs @example null */
  confirmedAt!: string | null;

  /** @example null */
  endedAt!: string | null;

  /** Instances whose removal is scheduled or carried out @example 11 */
  @ApiProperty({ type: 'integer' })
  scheduled!: number;

  /** What stands in the way of the others, and how often @example { "hold": 1 } */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  reasons!: Record<string, number>;
}

export class NewTenantDeletionDto extends TenantDeletionDto {
  /** To confirm with, by the same key; shown this once @example "p0m4Qz0lZk3JtUq8dV7Yw2sXb9RfNcAe" */
  token!: string;
}

export class ConfirmTenantDeletionDto {
  /** What the request was answered with @example "p0m4Qz0lZk3JtUq8dV7Yw2sXb9RfNcAe" */
  @IsString()
  @Length(1, 100)
  token!: string;

  /** The name of the tenant, typed by whoever confirms @example "Acme" */
  @IsString()
  @Length(1, 100)
  name!: string;
}

export class TenantDeletionsDto {
  /** Newest first; the last 20 */
  @ArrayMaxSize(20)
  @Type(() => TenantDeletionDto)
  data!: TenantDeletionDto[];
}

export function toTenantDeletionDto({ id, tenantId, status, wouldRemove, requestedAt, requestedBy, tokenUntil, confirmedAt, endedAt, scheduled, reasons }: TenantDeletion): TenantDeletionDto {
  const dates = { requestedAt: requestedAt.toISOString(), expiresAt: tokenUntil.toISOString(), confirmedAt: confirmedAt?.toISOString() ?? null, endedAt: endedAt?.toISOString() ?? null };
  return { id, tenantId, status, wouldRemove, requestedBy, ...dates, scheduled, reasons };
}
