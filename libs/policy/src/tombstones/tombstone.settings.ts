import { IsOptional, IsString, MinLength } from 'class-validator';
import { Setting } from '#libs/platform';

export class TombstoneSettings {
  @Setting(
    'TENURE_TOMBSTONE_FILE',
    'A file outside the database that lists what was purged, so that a restored backup purges it again; absent: tombstones.jsonl in the data folder beside an embedded database, else none.',
  )
  @IsOptional()
  @IsString()
  @MinLength(1)
  file?: string;
}
