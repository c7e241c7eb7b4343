import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { declareMetric } from '../metrics/declare-metric.js';
import type { Look } from '../metrics/look.js';
import { Metrics } from '../metrics/metrics.js';
import { Jobs } from './jobs.js';
import { Subscriptions } from './subscriptions.js';

const JOBS = declareMetric({
  name: 'tenure_jobs',
  kind: 'gauge',
  help: 'Jobs of the whole installation: `waiting` (also for another attempt), `active`, and `dead`, which were given up and are kept as dead letters. As of some seconds ago.',
  labels: ['queue', 'state'],
});
const OLDEST = declareMetric({
  name: 'tenure_jobs_oldest_seconds',
  kind: 'gauge',
  help: 'Since when the job that waits longest has been there, in the whole installation; 0 when none waits.',
  labels: ['queue'],
});

interface QueueState {
  queue: string;
  waiting: number;
  active: number;
  dead: number;
  oldestSeconds: number;
}
const EVERY_MS = 5_000;

/** What waits in the queues. The counts are those that pg-boss keeps, so that their price does not grow with what waits. */
@Injectable()
export class QueueBacklog {
  private readonly look: Look<QueueState[]>;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly subscriptions: Subscriptions,
    metrics: Metrics,
  ) {
    this.look = metrics.look('queues', () => this.read(), { everyMs: EVERY_MS });
    metrics.gauge(JOBS, async (gauge) => {
      for (const { queue, ...counts } of await this.seen()) {
        for (const state of ['waiting', 'active', 'dead'] as const) gauge.set({ queue, state }, counts[state]);
      }
    });
    metrics.gauge(OLDEST, async (gauge) => {
      for (const { queue, oldestSeconds } of await this.seen()) gauge.set({ queue }, oldestSeconds);
    });
  }

  private async seen(): Promise<QueueState[]> {
    return (await this.look.latest()).value ?? [];
  }

  private async read(): Promise<QueueState[]> {
    await this.jobs.ready();
    const queues = this.subscriptions.all.map(({ queue }) => queue);
    const counts = new Map((await this.jobs.boss.getQueues()).map((queue) => [queue.name, queue]));
    const ages = await this.oldest(queues);
    return queues.map((queue) => ({
      queue,
      waiting: counts.get(queue)?.queuedCount ?? 0,
      active: counts.get(queue)?.activeCount ?? 0,
      dead: counts.get(`${queue}.dead`)?.queuedCount ?? 0,
      oldestSeconds: ages.get(queue) ?? 0,
    }));
  }

  /** One row of an index of pg-boss for each queue. */
  private async oldest(queues: string[]): Promise<Map<string, number>> {
    const rows = await this.database.acrossTenants('jobs of all tenants wait in one queue', (tx) => tx.query<{ queue: string; age: number | null }[]>`
      SELECT queue, (
        SELECT EXTRACT(EPOCH FROM clock_timestamp() - created_on)::double precision FROM pgboss.job
        WHERE name = queue AND state < 'active' AND NOT blocked ORDER BY priority DESC, created_on LIMIT 1) AS age
      FROM unnest(${queues}::text[]) AS queue`);
    return new Map(rows.map(({ queue, age }) => [queue, Math.max(0, age ?? 0)]));
  }
}
