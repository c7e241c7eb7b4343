import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '../database/database.js';
import { SECRET_LIFE_MS } from './idempotent-replies.js';

const EVERY_MS = 60_000;
const BATCH = 1_000;

/** Removes what is too old to be repeated, in batches. What is late is not repeated either: its age is looked at when it is asked for. */
@Injectable()
export class ReplyPruning {
  private readonly log = new Logger(ReplyPruning.name);

  constructor(private readonly database: Database) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    await this.prune().catch((error: Error) => this.log.warn(`old replies stay for another minute: ${error.message}`));
  }

  async prune(): Promise<void> {
    while ((await this.secrets()) === BATCH);
    while ((await this.requests()) === BATCH);
  }

  private secrets(): Promise<number> {
    return this.database.acrossTenants('replies age alike for all tenants', (tx) => tx.execute`
      UPDATE idempotent_requests SET secrets = NULL WHERE (principal_id, key_hash) IN (
        SELECT principal_id, key_hash FROM idempotent_requests
        WHERE secrets IS NOT NULL AND created_at < clock_timestamp() - ${SECRET_LIFE_MS}::double precision * interval '1 millisecond' LIMIT ${BATCH})`);
  }

  private requests(): Promise<number> {
    return this.database.acrossTenants('replies age alike for all tenants', (tx) => tx.execute`
      DELETE FROM idempotent_requests WHERE (principal_id, key_hash) IN (
        SELECT principal_id, key_hash FROM idempotent_requests WHERE created_at < clock_timestamp() - interval '24 hours' LIMIT ${BATCH})`);
  }
}
