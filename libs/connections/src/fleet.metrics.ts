import { Injectable } from '@nestjs/common';
import { CONNECTION_STATES, ENVIRONMENTS, LIFECYCLES, REASONS } from '#libs/contracts';
import { declareMetric, type Look, Metrics } from '#libs/platform';
import { type FleetCount, FleetRepository } from './fleet.repository.js';

const INSTANCES = declareMetric({
  name: 'tenure_instances',
  kind: 'gauge',
  help: 'Instances of the whole installation, by environment and lifecycle.',
  labels: ['environment', 'lifecycle'],
});
const CONNECTIONS = declareMetric({
  name: 'tenure_connections',
  kind: 'gauge',
  help: 'Instances of the whole installation that are neither archived nor purged, by what their connection does; `reason` is `none` where there is none.',
  labels: ['environment', 'state', 'reason'],
});

const EVERY_MS = 15_000;
const NONE = 'none';
const HOSTED = new Set<string>(['active', 'purge_scheduled']);

/** The fleet in numbers: the same in every process. The one look whose price grows with the fleet, hence rare and a twentieth of the time at most. */
@Injectable()
export class FleetMetrics {
  private readonly look: Look<FleetCount[]>;

  constructor(fleet: FleetRepository, metrics: Metrics) {
    this.look = metrics.look('fleet', () => fleet.counts(), { everyMs: EVERY_MS });
    metrics.gauge(INSTANCES, async (gauge) => {
      const counts = await this.seen();
      if (!counts) return;
      for (const environment of ENVIRONMENTS) for (const lifecycle of LIFECYCLES) gauge.set({ environment, lifecycle }, 0);
      for (const { environment, lifecycle, instances } of counts) gauge.inc({ environment, lifecycle }, instances);
    });
    metrics.gauge(CONNECTIONS, async (gauge) => {
      const counts = await this.seen();
      if (!counts) return;
      gauge.reset();
      for (const environment of ENVIRONMENTS) for (const kind of KINDS) gauge.set({ environment, ...kind }, 0);
      for (const { environment, lifecycle, state, reason, instances } of counts) {
        if (HOSTED.has(lifecycle)) gauge.inc({ environment, state, reason: reason ?? NONE }, instances);
      }
    });
  }

  private async seen(): Promise<FleetCount[] | undefined> {
    return (await this.look.latest()).value;
  }
}

/** Those that are told also when there are none: what alerts compare must not appear and vanish. */
const KINDS = [
  ...CONNECTION_STATES.filter((state) => state !== 'disconnected').map((state) => ({ state, reason: NONE })),
  ...REASONS.map((reason) => ({ state: 'disconnected', reason })),
];
