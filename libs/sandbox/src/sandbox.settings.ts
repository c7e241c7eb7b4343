import { Setting } from '#libs/platform';
import { IsInt, Max, Min } from 'class-validator';

export class SandboxSettings {
  @Setting('TENURE_SANDBOX_PORT', 'The loopback port of the simulated WhatsApp; 0 picks a free one.')
  @IsInt()
  @Min(0)
  @Max(65535)
  port: number = 0;
}
