import { Injectable } from '@nestjs/common';
import { type Backlog, JournalBacklog } from '../journal/journal-backlog.js';
import { Sequencer } from '../journal/sequencer.js';
import { declareMetric } from './declare-metric.js';
import { Metrics } from './metrics.js';

const PENDING = declareMetric({
  name: 'tenure_journal_pending',
  kind: 'gauge',
  help: 'Journal entries of the whole installation that have no position yet, and so are in no list; counted up to 10,000.',
  labels: [],
});
const LAG = declareMetric({
  name: 'tenure_journal_lag_seconds',
  kind: 'gauge',
  help: 'Age of the journal entry that has waited longest for its position, in the whole installation; 0 when none waits.',
  labels: [],
});
const POSITIONED = declareMetric({
  name: 'tenure_journal_positioned_total',
  kind: 'counter',
  help: 'Journal entries that the sequencer of this process gave their position.',
  labels: [],
});

@Injectable()
export class JournalMetrics {
  constructor(backlog: JournalBacklog, sequencer: Sequencer, metrics: Metrics) {
    const tell = async (gauge: { set(value: number): void; remove(): void }, read: (seen: Backlog) => number) => {
      const { value } = await backlog.look.latest();
      if (value) gauge.set(read(value));
      else gauge.remove();
    };
    metrics.gauge(PENDING, (gauge) => tell(gauge, ({ pending }) => pending));
    metrics.gauge(LAG, (gauge) => tell(gauge, ({ oldestSeconds }) => oldestSeconds));
    const positioned = metrics.counter(POSITIONED);
    sequencer.onPositioned((entries) => positioned.inc(entries));
  }
}
