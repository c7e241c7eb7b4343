import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Database } from '../database/database.js';

@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
  ) {}

  async check() {
    const indicator = this.indicators.check('database');
    try {
      await this.database.acrossTenants('the platform row is of no tenant', (tx) => tx.query`SELECT id FROM platform_state`);
      return indicator.up();
    } catch {
      return indicator.down('The database does not answer.');
    }
  }
}
