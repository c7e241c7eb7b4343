import { IsOptional, IsString, Matches } from 'class-validator';
import { Setting } from './setting.js';

const KEY = '([0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)';
const MASTER_KEYS = new RegExp(`^${KEY}(\\s*,\\s*${KEY})*$`);

export class SecuritySettings {
  @Setting('TENURE_OPERATOR_KEY', 'Fixes the operator key, for automation; absent: one is made and printed at the first start.')
  @IsOptional()
  @Matches(/^tnr_op_[A-Za-z0-9_-]{24,}$/, { message: 'must be tnr_op_ followed by at least 24 letters, digits, - or _' })
  operatorKey?: string;

  @Setting('TENURE_MASTER_KEY', 'The key that wraps every data key: 32 bytes as 64 hexadecimal digits or base64; around a rotation several, newest first, separated by commas.')
  @IsOptional()
  @Matches(MASTER_KEYS, { message: 'must be 32 bytes, as 64 hexadecimal digits or base64; several are separated by commas, the newest first' })
  masterKey?: string;

  @Setting('TENURE_MASTER_KEY_FILE', 'A file that holds the master key, or several, newest first, a line each; absent: standalone makes one in its data folder, mode 0600, and no other process does.')
  @IsOptional()
  @IsString()
  masterKeyFile?: string;
}
