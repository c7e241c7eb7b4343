import { IsOptional, IsString, MaxLength } from 'class-validator';
import { WholeNumber } from './whole-number.js';

export const MAX_PAGE = 200;

export class PageQuery {
  /** How many at most @example 50 */
  @WholeNumber(1, MAX_PAGE)
  limit: number = 50;

  /** The `nextCursor` of the page before */
  @IsOptional()
  @IsString()
  @MaxLength(400)
  cursor?: string;
}
