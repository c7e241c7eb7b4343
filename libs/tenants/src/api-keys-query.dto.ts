import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '#libs/platform';

export class TenantQuery {
  /** Whose keys; only the operator has to say it @example "ten_01h455vb4pex5vsknk084sn02q" */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  tenantId?: string;
}

export class ApiKeysQuery extends PageQuery {
  /** Whose keys; only the operator has to say it @example "ten_01h455vb4pex5vsknk084sn02q" */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  tenantId?: string;
}
