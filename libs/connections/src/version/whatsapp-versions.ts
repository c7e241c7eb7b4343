import { Injectable } from '@nestjs/common';
import { ConnectionsSettings } from '../connections.settings.js';
import { WhatsAppVersionRepository } from './whatsapp-version.repository.js';

const EVERY_MS = 5_000;

/** As which WhatsApp Web sessions of this process appear: what the operator set for the fleet, else what the settings say. */
@Injectable()
export class WhatsAppVersions {
  private lookedAt = -Infinity;
  private text: string;

  constructor(
    private readonly settings: ConnectionsSettings,
    private readonly versions: WhatsAppVersionRepository,
  ) {
    this.text = settings.whatsappVersion;
  }

  get current(): [number, number, number] {
    const [primary = 0, secondary = 0, tertiary = 0] = this.text.split('.').map(Number);
    return [primary, secondary, tertiary];
  }

  /** Whether it is another one now than at the last look. Does nothing when that was a moment ago. */
  async look(): Promise<boolean> {
    if (performance.now() - this.lookedAt < EVERY_MS) return false;
    const before = this.text;
    this.text = (await this.versions.read())?.version ?? this.settings.whatsappVersion;
    this.lookedAt = performance.now();
    return this.text !== before;
  }
}
