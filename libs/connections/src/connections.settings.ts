import { IsNetworks, Setting } from '#libs/platform';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

export class ConnectionsSettings {
  @Setting('TENURE_WHATSAPP_URL', 'The WebSocket address of WhatsApp for live instances; another one only for tests.')
  @Matches(/^wss?:\/\//, { message: 'must be a URL that starts with wss:// or ws://' })
  whatsappUrl: string = 'wss://web.whatsapp.com/ws/chat';

  @Setting('TENURE_WHATSAPP_VERSION', 'The version of WhatsApp Web to appear as; raise it when WhatsApp refuses it as outdated (405).')
  @Matches(/^\d+\.\d+\.\d+$/, { message: 'must be three numbers, for example 2.3000.1043857760' })
  whatsappVersion: string = '2.3000.1043857760';

  @Setting('TENURE_SESSIONS', 'How many WhatsApp sessions this process holds at most.')
  @IsInt()
  @Min(1)
  @Max(5000)
  capacity: number = 500;

  @Setting('TENURE_CONNECTS_PER_SECOND', 'How many sessions this process opens a second at most, also after an outage; more than 25 make it slow for everything else.')
  @IsInt()
  @Min(1)
  @Max(1000)
  connectsPerSecond: number = 25;

  @Setting('TENURE_PROXY_ALLOWED_TARGETS', 'Addresses or networks in which proxies of instances may stand although they are not public, separated by commas; absent: none.')
  @IsOptional()
  @IsNetworks()
  proxyNetworks?: string;
}
