import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Look } from '../metrics/look.js';
import { Readiness } from './readiness.js';

/** Anybody may ask whether it is ready: the database hears of it no more often than this. One that was away is asked anew each time. */
const OFTEN = { everyMs: 500, retryMs: 0, share: 2 };

@Injectable()
export class DatabaseReadiness {
  private readonly look = new Look(() => this.ask(), OFTEN);

  constructor(
    private readonly database: Database,
    readiness: Readiness,
  ) {
    readiness.contribute('database', () => this.check());
  }

  private async check(): Promise<string | null> {
    const { failure } = await this.look.latest();
    return failure && `The database does not answer: ${failure.message}.`;
  }

  private ask(): Promise<unknown> {
    return this.database.acrossTenants('the platform row is of no tenant', (tx) => tx.query`SELECT id FROM platform_state`);
  }
}
