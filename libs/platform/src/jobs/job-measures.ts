import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import { declareMetric } from '../metrics/declare-metric.js';
import { Metrics } from '../metrics/metrics.js';

const PROCESSED = declareMetric({
  name: 'tenure_jobs_processed_total',
  kind: 'counter',
  help: 'Attempts at jobs by this process: `done`, or `failed` and tried again until the queue gives it up.',
  labels: ['queue', 'outcome'],
});
const DURATION = declareMetric({
  name: 'tenure_job_duration_seconds',
  kind: 'histogram',
  help: 'How long each attempt at a job took, in seconds.',
  labels: ['queue'],
  buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60],
});

/** Measures each attempt at a job, in the process that makes it. */
@Injectable()
export class JobMeasures {
  private readonly processed: Counter<'queue' | 'outcome'>;
  private readonly duration: Histogram<'queue'>;

  constructor(metrics: Metrics) {
    this.processed = metrics.counter(PROCESSED);
    this.duration = metrics.histogram(DURATION);
  }

  /** The same work, measured. The queue counts from zero at once, so that its first failure is an increase. */
  measured<W>(queue: string, work: (wake: W) => Promise<void>): (wake: W) => Promise<void> {
    for (const outcome of ['done', 'failed']) this.processed.inc({ queue, outcome }, 0);
    return async (wake) => {
      const end = this.duration.startTimer({ queue });
      let outcome = 'failed';
      try {
        await work(wake);
        outcome = 'done';
      } finally {
        end();
        this.processed.inc({ queue, outcome });
      }
    };
  }
}
