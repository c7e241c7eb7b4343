import { Injectable } from '@nestjs/common';
import type { TenantSql } from '#libs/contracts';

/**
 * The one clock of facts and deadlines: the database's, `tenure_now()`. Processes may disagree about the time, deadlines may not.
 * Leases, jobs and tokens use real time.
 */
@Injectable()
export class Clock {
  /** The instant as this transaction sees it, to the millisecond. */
  async now(tx: Pick<TenantSql, 'query'>): Promise<Date> {
    const [row] = await tx.query<{ now: Date }[]>`SELECT date_trunc('milliseconds', tenure_now()) AS now`;
    return row!.now;
  }
}
