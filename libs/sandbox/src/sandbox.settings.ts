import { Setting } from '#libs/platform';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

export class SandboxSettings {
  @Setting('TENURE_SANDBOX_PORT', 'The port of the simulated WhatsApp; 0 picks a free one, and npm run sandbox takes 4711 when this is absent.')
  @IsInt()
  @Min(0)
  @Max(65535)
  port: number = 0;

  @Setting('TENURE_SANDBOX_HOST', 'The address the simulated WhatsApp binds to; only this machine by default.')
  @IsString()
  host: string = '127.0.0.1';

  @Setting('TENURE_SANDBOX_URL', 'Where test instances connect: a sandbox process on the same database, for example ws://127.0.0.1:4711; absent: the sandbox of this process, if it has one.')
  @IsOptional()
  @Matches(/^wss?:\/\/[^\s/?#]+\/?$/, { message: 'must be ws:// or wss://, a host and a port, for example ws://127.0.0.1:4711' })
  url?: string;

  @Setting('TENURE_SANDBOX_MEDIA_PORT', 'The loopback port where the simulated WhatsApp keeps media, over HTTPS; 0 picks a free one.')
  @IsInt()
  @Min(0)
  @Max(65535)
  mediaPort: number = 0;
}
