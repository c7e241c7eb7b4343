import { Injectable } from '@nestjs/common';
import { declareMetric, Metrics, Readiness } from '#libs/platform';
import { LiveSessions } from './live-sessions.js';
import { NodeLease } from './node-lease.js';

const SESSIONS = declareMetric({
  name: 'tenure_sessions',
  kind: 'gauge',
  help: 'WhatsApp sessions that this process holds.',
  labels: [],
});
const CAPACITY = declareMetric({
  name: 'tenure_sessions_max',
  kind: 'gauge',
  help: 'How many sessions this process holds at most (TENURE_SESSIONS).',
  labels: [],
});
const LEASE = declareMetric({
  name: 'tenure_node_lease_seconds',
  kind: 'gauge',
  help: 'How long this process may go on holding sessions without renewing its lease; 0 when it has none. Renewed every few seconds.',
  labels: [],
});

/** A worker's right to hold sockets, and what it makes of it. */
@Injectable()
export class NodeMetrics {
  constructor(live: LiveSessions, lease: NodeLease, metrics: Metrics, readiness: Readiness) {
    metrics.gauge(SESSIONS, (gauge) => gauge.set(live.size));
    metrics.gauge(CAPACITY).set(lease.capacity);
    metrics.gauge(LEASE, (gauge) => gauge.set(lease.secondsLeft));
    readiness.contribute('node_lease', () => (lease.id ? null : 'This process holds no lease: it may hold no sessions until it has a new one.'));
  }
}
