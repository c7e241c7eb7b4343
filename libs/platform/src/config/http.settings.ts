import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { IsNetworks } from './is-networks.js';
import { Setting } from './setting.js';

export class HttpSettings {
  @Setting('PORT', 'The port the API listens on; 0 picks a free one.')
  @IsInt()
  @Min(0)
  @Max(65535)
  port: number = 3000;

  @Setting('HOST', 'The address the API binds to; only this machine by default.')
  @IsString()
  host: string = '127.0.0.1';

  @Setting('TENURE_REQUESTS_PER_MINUTE', 'How many requests a minute each key may make of this process, where the quotas of its tenant do not say otherwise.')
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  requestsPerMinute: number = 600;

  @Setting('TENURE_TRUSTED_PROXIES', 'Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas; absent: none is.')
  @IsOptional()
  @IsString()
  @IsNetworks()
  trustedProxies?: string;

  @Setting('TENURE_DRAIN_SECONDS', 'How long a process that is told to stop still answers while /readyz says 503; behind a load balancer a few seconds.')
  @IsInt()
  @Min(0)
  @Max(300)
  drainSeconds: number = 0;
}
