import { Injectable } from '@nestjs/common';
import { declareMetric, Metrics } from '#libs/platform';
import { totalOf } from './fair-share.js';
import { NodeShare } from './node-share.js';
import { OrphanWatch } from './orphan-watch.js';
import { SessionEndings } from './session-endings.js';
import { SessionOpener } from './session-opener.js';

const SHARE = declareMetric({
  name: 'tenure_sessions_share',
  kind: 'gauge',
  help: 'How many sessions this process should hold: its part of the instances that should run, by the capacities of all nodes.',
  labels: [],
});
const WAITING = declareMetric({
  name: 'tenure_sessions_waiting',
  kind: 'gauge',
  help: 'Instances of the whole installation that could be opened now and that no process holds. Only of the environments that this process serves.',
  labels: ['environment'],
});
const WAITING_SECONDS = declareMetric({
  name: 'tenure_sessions_waiting_seconds',
  kind: 'gauge',
  help: 'How long the first of the waiting instances has waited; 0 when none does.',
  labels: [],
});
const SHED = declareMetric({
  name: 'tenure_sessions_shed_total',
  kind: 'counter',
  help: 'Sessions that this process gave to others because it held more than its share.',
  labels: [],
});
const TAKEN_OVER = declareMetric({
  name: 'tenure_sessions_taken_over_total',
  kind: 'counter',
  help: 'Instances that this process freed of an owner that was gone.',
  labels: [],
});

/** What this worker makes of a fleet that it shares with others. */
@Injectable()
export class ShareMetrics {
  constructor(share: NodeShare, orphans: OrphanWatch, endings: SessionEndings, opener: SessionOpener, metrics: Metrics) {
    metrics.gauge(SHARE, (gauge) => gauge.set(totalOf(share.share)));
    metrics.gauge(WAITING, (gauge) => {
      for (const environment of opener.environments) gauge.set({ environment }, share.waiting.due[environment]);
    });
    metrics.gauge(WAITING_SECONDS, (gauge) => gauge.set(share.waiting.longestSeconds));
    const shed = metrics.counter(SHED);
    endings.onShed((count) => shed.inc(count));
    const takenOver = metrics.counter(TAKEN_OVER);
    orphans.onFreed((count) => takenOver.inc(count));
  }
}
