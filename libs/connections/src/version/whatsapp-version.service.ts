import { Injectable, Logger } from '@nestjs/common';
import type { Operator } from '#libs/contracts';
import { ConnectionsSettings } from '../connections.settings.js';
import type { WhatsAppVersionDto } from './whatsapp-version.dto.js';
import { WhatsAppVersionRepository } from './whatsapp-version.repository.js';

/** As which WhatsApp Web the fleet appears. Every worker sees a change within seconds; open sessions keep what they have. */
@Injectable()
export class WhatsAppVersionService {
  private readonly log = new Logger('platform');

  constructor(
    private readonly settings: ConnectionsSettings,
    private readonly versions: WhatsAppVersionRepository,
  ) {}

  async read(): Promise<WhatsAppVersionDto> {
    const chosen = await this.versions.read();
    if (!chosen) return { version: this.settings.whatsappVersion, since: null, setBy: null };
    return { ...chosen, since: chosen.since.toISOString() };
  }

  async set({ keyId }: Operator, version: string): Promise<WhatsAppVersionDto> {
    await this.versions.set(version, keyId);
    this.log.warn({ keyId, version }, 'the version of WhatsApp Web is set for the fleet');
    return this.read();
  }

  /** Back to what the settings of each process say. */
  async clear(): Promise<WhatsAppVersionDto> {
    await this.versions.clear();
    return this.read();
  }
}
