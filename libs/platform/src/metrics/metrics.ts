import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { declareMetric, type MetricDoc } from './declare-metric.js';
import { Look, type LookOptions } from './look.js';

const STALE = declareMetric({
  name: 'tenure_metrics_stale_seconds',
  kind: 'gauge',
  help: 'How old what this process last read from the database is, by what it looks at.',
  labels: ['look'],
});

/**
 * The numbers of this process: a registry of its own, which features fill. A metric that cannot be read is absent or as it was, and breaks
 * no other; `tenure_metrics_stale_seconds` tells.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly looks = new Map<string, Look<unknown>>();
  private readonly failing = new Set<string>();
  private readonly log = new Logger(Metrics.name);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.gauge(STALE, (gauge) => this.tellAges(gauge));
  }

  /** The text that Prometheus reads. */
  render(): Promise<string> {
    return this.registry.metrics();
  }

  counter<L extends string>(doc: MetricDoc<'counter', L>): Counter<L> {
    return new Counter<L>(this.configuration(doc));
  }

  histogram<L extends string>(doc: MetricDoc<'histogram', L>): Histogram<L> {
    return new Histogram<L>({ ...this.configuration(doc), ...(doc.buckets && { buckets: doc.buckets }) });
  }

  /** `collect` is called at each scrape: it reads memory, or a look. */
  gauge<L extends string>(doc: MetricDoc<'gauge', L>, collect?: (gauge: Gauge<L>) => void | Promise<void>): Gauge<L> {
    const guarded = collect && (async () => this.guard(doc.name, () => collect(gauge)));
    const gauge: Gauge<L> = new Gauge<L>({ ...this.configuration(doc), ...(guarded && { collect: guarded }) });
    return gauge;
  }

  /** What costs a query: read at most this often, by one reader, and remembered between the scrapes. */
  look<T>(name: string, read: () => Promise<T>, options: LookOptions): Look<T> {
    const onFailure = (error: Error) => this.log.warn(`the ${name} cannot be read for the metrics: ${error.message}`);
    const look = new Look(read, { onFailure, ...options });
    this.looks.set(name, look);
    return look;
  }

  private configuration<L extends string>({ name, help, labels }: Pick<MetricDoc<never, L>, 'name' | 'help' | 'labels'>) {
    return { name, help, labelNames: labels, registers: [this.registry] };
  }

  private async guard(name: string, collect: () => void | Promise<void>): Promise<void> {
    try {
      await collect();
      this.failing.delete(name);
    } catch (error) {
      if (!this.failing.has(name)) this.log.warn(`${name} cannot be told: ${(error as Error).message}`);
      this.failing.add(name);
    }
  }

  private async tellAges(gauge: Gauge<'look'>): Promise<void> {
    await Promise.all([...this.looks.values()].map((look) => look.latest()));
    for (const [name, look] of this.looks) gauge.set({ look: name }, look.ageSeconds);
  }
}
