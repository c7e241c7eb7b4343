import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { type Environment, ENVIRONMENTS, type Scope, SCOPES } from '#libs/contracts';
import { IsInstant, IsVisible, MayBeAbsent } from '#libs/platform';
import type { ApiKey } from './api-keys.repository.js';

export class CreateApiKeyDto {
  /** Whose key it is; the operator must say it, a tenant's key makes keys of its own tenant only @example "ten_01h455vb4pex5vsknk084sn02q" */
  @MayBeAbsent()
  @IsString()
  @MaxLength(40)
  tenantId?: string;

  /** What it is for @example "integration test" */
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name!: string;

  /** `test` keys see only sandbox instances, `live` keys only live ones @example "test" */
  @IsIn(ENVIRONMENTS)
  environment!: Environment;

  /** What it may do; `*` is everything @example ["*"] */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(12)
  @ArrayUnique()
  @IsIn([...SCOPES, '*'], { each: true })
  scopes!: (Scope | '*')[];

  /** When it stops to work; absent: never @example "2027-11-23T10:00:00.000Z" */
  @MayBeAbsent()
  @IsInstant()
  expiresAt?: string;
}

export class RotateApiKeyDto {
  /** How long the old key still works beside the new one; at most 30 days @example 86400 */
  @ApiProperty({ type: 'integer', required: false, default: 86_400 })
  @IsInt()
  @Min(0)
  @Max(2_592_000)
  overlapSeconds: number = 86_400;
}

export class ApiKeyDto {
  /** @example "key_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "ten_01h455vb4pex5vsknk084sn02q" */
  tenantId!: string;

  /** @example "integration test" */
  name!: string;

  /** @example "test" */
  environment!: Environment;

  /** @example ["*"] */
  @ArrayMaxSize(12)
  scopes!: string[];

  /** How the key begins @example "tnr_test_Zm9vYmFy" */
  prefix!: string;

  /** @example "2026-11-23T10:00:00.000Z" */
  createdAt!: string;

  /** null: never */
  expiresAt!: string | null;

  /** null: not revoked */
  revokedAt!: string | null;

  /** To the minute; null: never used @example "2026-11-23T10:00:00.000Z" */
  lastUsedAt!: string | null;
}

export class NewApiKeyDto extends ApiKeyDto {
  /** The key itself: shown this once @example "tnr_test_Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8" */
  key!: string;
}

export class ApiKeyPageDto {
  data!: ApiKeyDto[];

  /** null on the last page */
  nextCursor!: string | null;
}

export function toApiKeyDto(key: ApiKey): ApiKeyDto {
  return {
    id: key.id,
    tenantId: key.tenantId,
    name: key.name,
    environment: key.environment,
    scopes: key.scopes,
    prefix: key.prefix,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}
