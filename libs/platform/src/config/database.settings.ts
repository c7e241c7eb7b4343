import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { Setting } from './setting.js';

export class DatabaseSettings {
  @Setting('DATABASE_URL', 'A PostgreSQL of version 15 or newer; absent: the embedded one in the data folder.')
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'must be a URL that starts with postgresql://' })
  url?: string;

  @Setting('TENURE_DATA_DIR', 'The folder of the embedded database and of the master key made at the first start.')
  @IsString()
  dataDir: string = './data';

  @Setting('TENURE_DATABASE_CONNECTIONS', 'How many connections this process may open to the database.')
  @IsInt()
  @Min(5)
  @Max(500)
  connections: number = 20;
}
