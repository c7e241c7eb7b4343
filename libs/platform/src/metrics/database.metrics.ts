import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DatabaseTarget } from '../database/database-target.js';
import { declareMetric } from './declare-metric.js';
import { Metrics } from './metrics.js';

const CONNECTIONS = declareMetric({
  name: 'tenure_database_connections',
  kind: 'gauge',
  help: "The pool of this process: `total` connections, those of them that are `idle`, and the units of work that are `waiting` for one.",
  labels: ['state'],
});
const MOST = declareMetric({
  name: 'tenure_database_connections_max',
  kind: 'gauge',
  help: 'How many connections this process may open (TENURE_DATABASE_CONNECTIONS).',
  labels: [],
});

/** The pool of connections, from memory. */
@Injectable()
export class DatabaseMetrics {
  constructor({ pool }: Database, { connections }: DatabaseTarget, metrics: Metrics) {
    metrics.gauge(CONNECTIONS, (gauge) => {
      gauge.set({ state: 'total' }, pool.totalCount);
      gauge.set({ state: 'idle' }, pool.idleCount);
      gauge.set({ state: 'waiting' }, pool.waitingCount);
    });
    metrics.gauge(MOST).set(connections);
  }
}
