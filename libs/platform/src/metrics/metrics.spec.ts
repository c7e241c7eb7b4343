import type { MetricDoc } from './declare-metric.js';
import { Metrics } from './metrics.js';

const doc = (name: MetricDoc['name']): MetricDoc<'gauge', never> => ({ name, kind: 'gauge', help: 'Planted.', labels: [] });

describe('the metrics of a process', () => {
  it('are its own: two applications in one process do not share them', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.gauge(doc('tenure_planted')).set(1);
    other.gauge(doc('tenure_planted')).set(2);
    expect(await one.render()).toMatch(/^tenure_planted 1$/m);
    expect(await other.render()).toMatch(/^tenure_planted 2$/m);
  });

  it('break no other when one of them cannot be told', async () => {
    const metrics = new Metrics();
    metrics.gauge(doc('tenure_broken'), () => {
      throw new Error('no answer');
    });
    metrics.gauge(doc('tenure_whole'), (gauge) => gauge.set(7));
    expect(await metrics.render()).toMatch(/^tenure_whole 7$/m);
  });

  it('tell how old is what they remember of a look, also of one that never saw anything', async () => {
    const metrics = new Metrics();
    const failing = metrics.look('nothing', () => Promise.reject(new Error('no answer')), { everyMs: 10_000 });
    metrics.look('all', () => Promise.resolve(1), { everyMs: 10_000 });
    expect((await failing.latest()).value).toBeUndefined();
    expect(await metrics.render()).toMatch(/^tenure_metrics_stale_seconds\{look="nothing"\} [\d.e-]+$/m);
    expect(await metrics.render()).toMatch(/^tenure_metrics_stale_seconds\{look="all"\} [\d.e-]+$/m);
  });
});
