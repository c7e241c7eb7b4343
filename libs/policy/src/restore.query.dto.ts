import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';

const BOOLEANS: Record<string, boolean> = { true: true, false: false };

export class RestoreQuery {
  /** Whether to start it at once; it stays stopped otherwise @example true */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => BOOLEANS[String(value)] ?? value)
  @IsBoolean()
  start: boolean = false;
}
