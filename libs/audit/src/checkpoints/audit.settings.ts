import { Setting } from '#libs/platform';
import { IsOptional, IsString, Matches, MinLength } from 'class-validator';
import { Duration } from 'luxon';

export class AuditSettings {
  @Setting(
    'TENURE_CHECKPOINT_FILE',
    'A file outside the database that holds the last signed state of the journal of each tenant, so that a restored backup cannot pass for what it was; absent: checkpoints.jsonl in the data folder beside an embedded database, else none.',
  )
  @IsOptional()
  @IsString()
  @MinLength(1)
  checkpointFile?: string;

  @Setting('TENURE_AUDIT_CHECKPOINT_EVERY', 'How soon what happened is signed at the latest, as an ISO 8601 duration of hours, minutes and seconds; after 1,000 entries it is in any case.')
  @Matches(/^PT(?=\d)(\d{1,4}H)?(\d{1,6}M)?(\d{1,7}S)?$/, { message: '$property must be a duration such as PT1M' })
  checkpointEvery: string = 'PT1M';
}

export const secondsOf = (duration: string): number => Duration.fromISO(duration).as('seconds');
