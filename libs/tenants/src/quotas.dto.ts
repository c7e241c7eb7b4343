import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

const MOST = 10_000_000;

export class QuotasDto {
  /** Active and scheduled instances; archived ones do not count @example 1000 */
  @ApiProperty({ type: 'integer' })
  instances!: number;

  /** Keys of each environment that are neither revoked nor expired @example 50 */
  @ApiProperty({ type: 'integer' })
  apiKeys!: number;

  /** Of each key, and of each process that answers @example 600 */
  @ApiProperty({ type: 'integer' })
  requestsPerMinute!: number;
}

export class PatchQuotasDto {
  /** null: the default, 1,000. What is there stays, also above a lower quota @example 5000 */
  @IsOptional()
  @ApiProperty({ type: 'integer', nullable: true, required: false })
  @IsInt()
  @Min(0)
  @Max(MOST)
  instances?: number | null;

  /** null: the default, 50 @example 100 */
  @IsOptional()
  @ApiProperty({ type: 'integer', nullable: true, required: false })
  @IsInt()
  @Min(1)
  @Max(MOST)
  apiKeys?: number | null;

  /** null: the default, TENURE_REQUESTS_PER_MINUTE @example 6000 */
  @IsOptional()
  @ApiProperty({ type: 'integer', nullable: true, required: false })
  @IsInt()
  @Min(1)
  @Max(MOST)
  requestsPerMinute?: number | null;
}
