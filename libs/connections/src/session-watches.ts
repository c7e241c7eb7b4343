import { Injectable, Logger } from '@nestjs/common';
import type { NodeId } from '#libs/contracts';
import { Complaints } from './complaints.js';
import { SettingsWatch } from './settings/settings-watch.js';
import { StormWatch } from './storm-watch.js';
import { RejectedWatch } from './version/rejected-watch.js';

/** What a worker looks after besides opening and ending sessions. One that fails keeps none of the others. */
@Injectable()
export class SessionWatches {
  private readonly complaints = new Complaints(new Logger(SessionWatches.name));

  constructor(
    private readonly storms: StormWatch,
    private readonly settings: SettingsWatch,
    private readonly rejected: RejectedWatch,
  ) {}

  async look(node: NodeId): Promise<void> {
    await this.complaints.attempt('storms are not watched', () => this.storms.look());
    await this.complaints.attempt('the version of WhatsApp is not watched', () => this.rejected.look());
    await this.complaints.attempt('settings are not followed', () => this.settings.look(node));
  }
}
