import { Setting } from '#libs/platform';
import { IsOptional, IsString, registerDecorator } from 'class-validator';
import { parseDuration } from './parse-duration.js';

const IsDuration = (): PropertyDecorator => (target, property) =>
  registerDecorator({
    name: 'isDuration',
    target: target.constructor,
    propertyName: String(property),
    validator: { validate: (value: unknown) => typeof value === 'string' && parseDuration(value) !== null, defaultMessage: () => 'must be a duration such as P7D or PT36H' },
  });

export class RetentionSettings {
  @Setting('TENURE_DELETION_GRACE', 'How long a confirmed deletion can be taken back, where the rules of the tenant do not say; for live instances never less than 24 hours.')
  @IsDuration()
  deletionGrace: string = 'P7D';

  @Setting('DEL_INSTANCE', 'Of another API, where it deleted instances; ignored here, and answered at the start with the rules that would say the same.')
  @IsOptional()
  @IsString()
  delInstance?: string;

  @Setting('DEL_TEMP_INSTANCES', 'Of another API, where a restart deleted what was not connected; ignored here, and answered at the start.')
  @IsOptional()
  @IsString()
  delTempInstances?: string;
}
