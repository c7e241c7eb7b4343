import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Look } from '../metrics/look.js';
import { Metrics } from '../metrics/metrics.js';

export interface Backlog {
  /** entries without a position; counted up to `MOST_COUNTED` */
  pending: number;
  /** age of the one that has waited longest; 0 when none waits */
  oldestSeconds: number;
}

const EVERY_MS = 2_000;
/** Counting must not cost more the longer the queue is. */
export const MOST_COUNTED = 10_000;

/** What the sequencer still has to do, in the whole installation. */
@Injectable()
export class JournalBacklog {
  readonly look: Look<Backlog>;

  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    this.look = metrics.look('journal', () => this.read(), { everyMs: EVERY_MS });
  }

  private read(): Promise<Backlog> {
    return this.database.acrossTenants('pending entries of all tenants wait in one queue', async (tx) => {
      const [first] = await tx.query<{ event_id: string; now: Date }[]>`
        SELECT event_id, clock_timestamp() AS now FROM journal_pending ORDER BY n LIMIT 1`;
      if (!first) return { pending: 0, oldestSeconds: 0 };
      const [row] = await tx.query<{ pending: number }[]>`
        SELECT count(*)::int AS pending FROM (SELECT FROM journal_pending LIMIT ${MOST_COUNTED}) AS counted`;
      return { pending: row!.pending, oldestSeconds: Math.max(0, first.now.getTime() - madeAt(first.event_id)) / 1000 };
    });
  }
}

const DIGITS_OF_TIME = 12;

/** The queue holds no times; an event's id (UUIDv7) begins with the milliseconds since 1970 at which it was made. */
const madeAt = (uuid: string): number => Number.parseInt(uuid.replaceAll('-', '').slice(0, DIGITS_OF_TIME), 16);
