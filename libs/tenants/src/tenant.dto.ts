import { Transform } from 'class-transformer';
import { IsString, Length } from 'class-validator';
import { IsVisible } from '#libs/platform';
import type { Tenant } from './tenants.repository.js';

export class CreateTenantDto {
  /** What people call it @example "Acme" */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim().normalize('NFC') : value))
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name!: string;
}

export class TenantDto {
  /** @example "ten_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "Acme" */
  name!: string;

  /** @example "2026-11-23T10:00:00.000Z" */
  createdAt!: string;
}

export class TenantPageDto {
  data!: TenantDto[];

  /** null on the last page */
  nextCursor!: string | null;
}

export function toTenantDto({ id, name, createdAt }: Tenant): TenantDto {
  return { id, name, createdAt: createdAt.toISOString() };
}
