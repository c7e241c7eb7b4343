import { Injectable } from '@nestjs/common';
import { declareMetric, Metrics } from '#libs/platform';
import { type Backlog, RetentionBacklogRepository } from './retention-backlog.repository.js';

const DUE = declareMetric({
  name: 'tenure_retention_due',
  kind: 'gauge',
  help: 'Instances of the whole installation whose next step is due with nothing in its way, by that step; counted up to 10,000 together.',
  labels: ['step'],
});
const LAG = declareMetric({
  name: 'tenure_retention_lag_seconds',
  kind: 'gauge',
  help: 'For how long the first of those has been due, in the whole installation: more than a few seconds means that nobody sweeps, or not fast enough. 0 when none is due.',
  labels: [],
});
const BLOCKED = declareMetric({
  name: 'tenure_retention_blocked',
  kind: 'gauge',
  help: 'Instances of the whole installation whose next step something stands in the way of, by the first such thing; see `blockers` in the API.',
  labels: ['blocker'],
});
const BLOCKED_RUNS = declareMetric({
  name: 'tenure_retention_runs_blocked',
  kind: 'gauge',
  help: 'Runs of removals of the whole installation that are over a limit of their policy and wait to be released or cancelled.',
  labels: [],
});
const STEPS = ['archive', 'schedule_purge', 'purge', 'cancel'] as const;
const EVERY_MS = 15_000;

/** What retention has to do, and what keeps it from it: the same in every process. */
@Injectable()
export class RetentionMetrics {
  constructor(repository: RetentionBacklogRepository, metrics: Metrics) {
    const look = metrics.look('retention', () => repository.read(), { everyMs: EVERY_MS });
    const tell = async (gauge: { set(value: number): void; remove(): void }, read: (seen: Backlog) => number) => {
      const { value } = await look.latest();
      if (value) gauge.set(read(value));
      else gauge.remove();
    };
    metrics.gauge(LAG, (gauge) => tell(gauge, ({ lagSeconds }) => lagSeconds));
    metrics.gauge(BLOCKED_RUNS, (gauge) => tell(gauge, ({ blockedRuns }) => blockedRuns));
    metrics.gauge(DUE, async (gauge) => {
      const { value } = await look.latest();
      gauge.reset();
      for (const step of value ? STEPS : []) gauge.set({ step }, value!.due[step] ?? 0);
    });
    metrics.gauge(BLOCKED, async (gauge) => {
      const { value } = await look.latest();
      gauge.reset();
      for (const [blocker, instances] of Object.entries(value?.blocked ?? {})) gauge.set({ blocker }, instances);
    });
  }
}
