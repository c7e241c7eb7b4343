import { Injectable, Logger } from '@nestjs/common';
import { FleetRepository } from '../fleet.repository.js';
import { SessionClaims } from '../session-claims.js';
import { WhatsAppVersions } from './whatsapp-versions.js';

const BATCH = 100;
/** They come back one after the other, as far as the pace of connects lets them. */
const SPREAD_MS = 30_000;

/** WhatsApp refused the version before: with another one nobody waits a quarter of an hour for the next attempt. */
@Injectable()
export class RejectedWatch {
  private pending = false;
  private readonly log = new Logger(RejectedWatch.name);

  constructor(
    private readonly versions: WhatsAppVersions,
    private readonly fleet: FleetRepository,
    private readonly claims: SessionClaims,
  ) {}

  /** Safe to run anywhere, any number of times. */
  async look(): Promise<void> {
    this.pending = (await this.versions.look()) || this.pending;
    if (!this.pending) return;
    const waiting = await this.fleet.rejected(SPREAD_MS, BATCH);
    for (const member of waiting) await this.claims.hasten(member, Math.random() * SPREAD_MS);
    if (waiting.length > 0) this.log.log(`${waiting.length} instances that WhatsApp refused as outdated try the new version`);
    this.pending = waiting.length === BATCH;
  }
}
