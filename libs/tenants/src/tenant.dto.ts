import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, IsString, Length, ValidateNested } from 'class-validator';
import { IsVisible, MayBeAbsent } from '#libs/platform';
import { PatchQuotasDto, QuotasDto } from './quotas.dto.js';
import { quotasOf } from './tenant-quotas.js';
import type { Tenant } from './tenants.repository.js';

const Name = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim().normalize('NFC') : value));
const Quotas = () => (target: object, property: string) => {
  for (const decorate of [MayBeAbsent(), IsObject(), ValidateNested(), Type(() => PatchQuotasDto)]) decorate(target, property);
};

export class CreateTenantDto {
  /** What people call it @example "Acme" */
  @Name()
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name!: string;

  /** What is not said has its default */
  @Quotas()
  quotas?: PatchQuotasDto;
}

export class PatchTenantDto {
  /** @example "Acme Ltd" */
  @Name()
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name?: string;

  /** What is not said stays as it is */
  @Quotas()
  quotas?: PatchQuotasDto;
}

export class TenantDto {
  /** @example "ten_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** null: it is deleted @example "Acme" */
  name!: string | null;

  quotas!: QuotasDto;

  /** Since when its sessions are closed and its keys only read; null: it is not suspended @example null */
  suspendedAt!: string | null;

  /** Since when its deletion is confirmed and its grace runs; null: it is not @example null */
  leavingSince!: string | null;

  /** When the last of it was gone; what is left is its id and its dates @example null */
  deletedAt!: string | null;

  /** @example "2026-11-23T10:00:00.000Z" */
  createdAt!: string;

  /** Counts changes; also the ETag @example 1 */
  @ApiProperty({ type: 'integer' })
  version!: number;
}

export class TenantPageDto {
  data!: TenantDto[];

  /** null on the last page */
  nextCursor!: string | null;
}

export function toTenantDto({ id, name, quotas, suspendedAt, leavingSince, deletedAt, createdAt, version }: Tenant, requestsPerMinute: number): TenantDto {
  const [suspended, leaving, deleted] = [suspendedAt, leavingSince, deletedAt].map((date) => date?.toISOString() ?? null) as [string | null, string | null, string | null];
  const dates = { suspendedAt: suspended, leavingSince: leaving, deletedAt: deleted, createdAt: createdAt.toISOString() };
  return { id, name, quotas: quotasOf(quotas, requestsPerMinute), ...dates, version };
}
