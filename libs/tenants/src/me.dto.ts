import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize } from 'class-validator';
import { type Environment, ENVIRONMENTS } from '#libs/contracts';

export class MyTenantDto {
  /** @example "ten_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "Acme" */
  name!: string;

  /** Not null: the keys of the tenant only read @example null */
  suspendedAt!: string | null;
}

export class UsedQuotaDto {
  /** @example 1000 */
  @ApiProperty({ type: 'integer' })
  limit!: number;

  /** @example 12 */
  @ApiProperty({ type: 'integer' })
  used!: number;
}

export class MyQuotasDto {
  /** Active and scheduled ones; the archived do not count */
  instances!: UsedQuotaDto;

  /** Keys that are neither revoked nor expired, of this key's environment */
  apiKeys!: UsedQuotaDto;

  /** Of each key; what is left is in the header RateLimit of every answer @example 600 */
  @ApiProperty({ type: 'integer' })
  requestsPerMinute!: number;
}

export class MeDto {
  /** An operator key manages tenants, a tenant's key the instances of one @example "tenant" */
  @ApiProperty({ enum: ['tenant', 'operator'] })
  kind!: 'tenant' | 'operator';

  /** @example "key_01h455vb4pex5vsknk084sn02q" */
  keyId!: string;

  /** null: an operator key */
  tenant!: MyTenantDto | null;

  /** null: an operator key @example "test" */
  @ApiProperty({ enum: [...ENVIRONMENTS, null], nullable: true, type: 'string' })
  environment!: Environment | null;

  /** @example ["*"] */
  @ArrayMaxSize(12)
  scopes!: string[];

  /** When the key stops to work; null: never @example "2027-11-23T10:00:00.000Z" */
  expiresAt!: string | null;

  /** null: an operator key */
  quotas!: MyQuotasDto | null;
}
