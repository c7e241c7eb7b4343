import { Injectable } from '@nestjs/common';
import { REASONS } from '#libs/contracts';
import { declareMetric, Metrics } from '#libs/platform';
import type { NextStep } from './plan-reconnect.js';

const OPENS = declareMetric({
  name: 'tenure_session_open_seconds',
  kind: 'histogram',
  help: 'From the claim of an instance to its connection to WhatsApp, of sessions that logged in.',
  labels: [],
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
});
const ENDS = declareMetric({
  name: 'tenure_session_ends_total',
  kind: 'counter',
  help: 'Sockets that ended by themselves, by reason (`none`: part of a pairing) and by what followed: `retry`, `reconnect`, `stop`, `expire_pairing` or `refuse_pairing`.',
  labels: ['reason', 'next'],
});
const FLAPS = declareMetric({
  name: 'tenure_session_flaps_total',
  kind: 'counter',
  help: 'Connections that did not hold for a minute.',
  labels: [],
});

const MINUTE_MS = 60_000;

/** What becomes of the sockets of this process. */
@Injectable()
export class SessionMetrics {
  private readonly opens;
  private readonly ends;
  private readonly flaps;

  constructor(metrics: Metrics) {
    this.opens = metrics.histogram(OPENS);
    this.ends = metrics.counter(ENDS);
    this.flaps = metrics.counter(FLAPS);
    // what an alert compares must be there before it happens
    for (const reason of REASONS) this.ends.inc({ reason, next: 'retry' }, 0);
  }

  opened(afterMs: number): void {
    this.opens.observe(afterMs / 1000);
  }

  /** `connectedForMs` null: it never was. */
  ended(next: NextStep, connectedForMs: number | null): void {
    this.ends.inc({ reason: 'reason' in next ? next.reason : 'none', next: next.step });
    if (connectedForMs !== null && connectedForMs < MINUTE_MS) this.flaps.inc();
  }
}
