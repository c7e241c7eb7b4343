import { isIP } from 'node:net';
import { IsInt, IsOptional, IsString, Max, Min, registerDecorator } from 'class-validator';
import { Setting } from './setting.js';

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  return isIP(address) > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
};

const IsNetworks = (): PropertyDecorator => (target, property) =>
  registerDecorator({
    name: 'isNetworks',
    target: target.constructor,
    propertyName: String(property),
    validator: {
      validate: (value: unknown) => typeof value === 'string' && value.split(',').every((text) => isNetwork(text.trim())),
      defaultMessage: () => 'must be addresses or networks, separated by commas, for example 10.0.0.0/8,127.0.0.1',
    },
  });

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
