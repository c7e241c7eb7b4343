import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '#libs/platform';

const EVERY_MS = 60_000;

/** What was positioned by a version that knew no sealer, before an upgrade or beside it: no row says so, but the head of the tree is behind that of the journal. */
@Injectable()
export class MissedSeals implements OnApplicationBootstrap {
  private readonly log = new Logger(MissedSeals.name);

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): Promise<void> {
    return this.look();
  }

  /** Safe to run twice: what is sealed meanwhile is passed over by the sealer. */
  @Interval(EVERY_MS)
  async look(): Promise<void> {
    try {
      await this.database.acrossTenants('one sealer for all tenants', (tx) => tx.execute`
        INSERT INTO journal_unsealed (tenant_id, position, since)
        SELECT j.tenant_id, j.position, clock_timestamp() FROM journal_heads j LEFT JOIN audit_heads a USING (tenant_id)
        WHERE j.position > COALESCE(a.size, 0) ON CONFLICT (tenant_id) DO NOTHING`);
    } catch (error) {
      this.log.warn(`what was missed waits: ${(error as Error).message}`);
    }
  }
}
