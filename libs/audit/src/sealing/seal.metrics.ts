import { Injectable } from '@nestjs/common';
import { declareMetric, Metrics, Unsealed } from '#libs/platform';
import { Sealer } from './sealer.js';

const LAG = declareMetric({
  name: 'tenure_audit_seal_lag_seconds',
  kind: 'histogram',
  help: 'How long the first entry of each batch that this process sealed had its position before it was in the tree.',
  labels: [],
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300],
});
const SEALED = declareMetric({
  name: 'tenure_audit_sealed_total',
  kind: 'counter',
  help: 'Journal entries that the sealer of this process appended to the tree of their tenant.',
  labels: [],
});
const UNSEALED = declareMetric({
  name: 'tenure_audit_unsealed_seconds',
  kind: 'gauge',
  help: 'How long the journal entry that has waited longest has its position without being in the tree of its tenant, in the whole installation; 0 when none waits.',
  labels: [],
});
const EVERY_MS = 2_000;

@Injectable()
export class SealMetrics {
  constructor(sealer: Sealer, unsealed: Unsealed, metrics: Metrics) {
    const lag = metrics.histogram(LAG);
    const total = metrics.counter(SEALED);
    sealer.onSealed(({ entries, seconds }) => {
      lag.observe(seconds);
      total.inc(entries);
    });
    const look = metrics.look('audit', () => unsealed.oldestSeconds(), { everyMs: EVERY_MS });
    metrics.gauge(UNSEALED, async (gauge) => {
      const { value } = await look.latest();
      if (value !== undefined) gauge.set(value);
      else gauge.remove();
    });
  }
}
