import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';

/** How far the clock has been seen to go: the sweep's heartbeat. Decisions stand still while the clock is behind it. */
@Injectable()
export class ClockMarkRepository {
  constructor(private readonly database: Database) {}

  /** Raises the mark to now, never lowers it. Returns by how many milliseconds the clock is behind. */
  async beat(): Promise<number> {
    return this.database.acrossTenants('one clock for all tenants', async (tx) => {
      await tx.execute`UPDATE platform_state SET clock_mark = tenure_now() WHERE clock_mark IS NULL OR clock_mark < (SELECT tenure_now())`;
      const [row] = await tx.query<{ behind: number }[]>`
        SELECT GREATEST(0, EXTRACT(EPOCH FROM clock_mark - tenure_now()) * 1000)::double precision AS behind FROM platform_state`;
      return row!.behind;
    });
  }
}
