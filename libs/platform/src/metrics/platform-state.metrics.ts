import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { declareMetric } from './declare-metric.js';
import { Metrics } from './metrics.js';

const KILL_SWITCH = declareMetric({
  name: 'tenure_kill_switch',
  kind: 'gauge',
  help: '1 while the kill switch is on and nothing is archived or removed by a rule, else 0.',
  labels: [],
});
const CLOCK_BEHIND = declareMetric({
  name: 'tenure_clock_behind_seconds',
  kind: 'gauge',
  help: "By how much the database's clock is behind what it was once seen to show; decisions stand still meanwhile. 0 when all is well.",
  labels: [],
});

const CLOCK_QUARANTINED = declareMetric({
  name: 'tenure_clock_quarantined',
  kind: 'gauge',
  help: '1 while nothing is archived by rule or removed in this environment because the clock is not trusted: it jumped, went unwatched or went back; else 0.',
  labels: ['environment'],
});

interface PlatformState {
  kill_switch: boolean;
  behind: number;
  quarantined: string[];
}
const EVERY_MS = 5_000;

/** The switches and the clock of the whole installation: the same in every process. */
@Injectable()
export class PlatformStateMetrics {
  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    const look = metrics.look('platform state', () => this.read(), { everyMs: EVERY_MS });
    metrics.gauge(KILL_SWITCH, async (gauge) => {
      const { value } = await look.latest();
      if (value) gauge.set(value.kill_switch ? 1 : 0);
      else gauge.remove();
    });
    metrics.gauge(CLOCK_BEHIND, async (gauge) => {
      const { value } = await look.latest();
      if (value) gauge.set(value.behind);
      else gauge.remove();
    });
    metrics.gauge(CLOCK_QUARANTINED, async (gauge) => {
      const { value } = await look.latest();
      for (const environment of ['live', 'test']) {
        if (value) gauge.set({ environment }, value.quarantined.includes(environment) ? 1 : 0);
        else gauge.remove({ environment });
      }
    });
  }

  private async read(): Promise<PlatformState> {
    const [state] = await this.database.acrossTenants('one row for all tenants', (tx) => tx.query<PlatformState[]>`
      SELECT kill_switch, COALESCE(GREATEST(0, EXTRACT(EPOCH FROM clock_mark - tenure_now())), 0)::double precision AS behind,
             tenure_quarantined_environments() AS quarantined FROM platform_state`);
    return state!;
  }
}
