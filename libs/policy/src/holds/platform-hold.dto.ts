import { IsString, Length } from 'class-validator';
import { IsVisible } from '#libs/platform';
import type { PlatformHold } from '#libs/retention';

export class PlacePlatformHoldDto {
  /** For whoever finds it; tenants see that there is a hold, not why @example "we look into a report of wrong removals" */
  @IsString()
  @Length(1, 500)
  @IsVisible()
  reason!: string;
}

export class PlatformHoldDto {
  /** @example "hld_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "we look into a report of wrong removals" */
  reason!: string;

  /** @example "2026-11-23T10:00:00.000Z" */
  placedAt!: string;

  /** The operator key @example "key_01h455vb4pex5vsknk084sn02q" */
  placedBy!: string;

  /** null: it is in force @example null */
  releasedAt!: string | null;

  /** @example null */
  releasedBy!: string | null;
}

export class PlatformHoldPageDto {
  data!: PlatformHoldDto[];

  /** @example null */
  nextCursor!: string | null;
}

export function toPlatformHoldDto({ placedAt, releasedAt, ...hold }: PlatformHold): PlatformHoldDto {
  return { ...hold, placedAt: placedAt.toISOString(), releasedAt: releasedAt?.toISOString() ?? null };
}
