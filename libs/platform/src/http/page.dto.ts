import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { WholeNumber } from './whole-number.js';

export const MAX_PAGE = 200;

export class PageQuery {
  /** How many at most @example 50 */
  @IsOptional()
  @WholeNumber()
  @ApiPropertyOptional({ type: 'integer' })
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  limit: number = 50;

  /** The `nextCursor` of the page before */
  @IsOptional()
  @IsString()
  @MaxLength(400)
  cursor?: string;
}
