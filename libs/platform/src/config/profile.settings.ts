import { IsIn, IsOptional } from 'class-validator';
import { Setting } from './setting.js';

export class ProfileSettings {
  @Setting('TENURE_PROFILE', 'production or development; only development may move the clock.')
  @IsIn(['production', 'development'])
  profile: string = 'production';

  @Setting('TENURE_SANDBOX', 'on or off: whether this process simulates WhatsApp for test keys; absent: on in npm start and npm run sandbox, which alone can.')
  @IsOptional()
  @IsIn(['on', 'off'])
  sandbox?: string;

  @Setting('TENURE_LOG_LEVEL', 'How much is logged: fatal, error, warn, info, debug or silent.')
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
  logLevel: string = 'info';
}
