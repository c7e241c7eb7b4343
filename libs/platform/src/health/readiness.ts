import { Injectable } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { declareMetric } from '../metrics/declare-metric.js';
import { Metrics } from '../metrics/metrics.js';
import { Draining } from '../process/draining.js';

const READY = declareMetric({
  name: 'tenure_ready',
  kind: 'gauge',
  help: '1 while this part of this process can do its work, else 0: what /readyz tells.',
  labels: ['part'],
});

/** Why this part cannot do its work, in a sentence; null while it can. */
export type ReadinessCheck = () => string | null | Promise<string | null>;

/**
 * Whether this process can do its work, part by part. The platform has its own parts; a feature contributes those that it alone knows.
 */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>([['process', () => (this.draining.begun ? 'The process is about to stop.' : null)]]);

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly draining: Draining,
    metrics: Metrics,
  ) {
    metrics.gauge(READY, async (gauge) => {
      const { details } = await this.report(false);
      for (const [part, { status }] of Object.entries(details)) gauge.set({ part }, status === 'up' ? 1 : 0);
    });
  }

  /** `part` is what the answer names, in snake case. A check that throws counts as not ready. */
  contribute(part: string, check: ReadinessCheck): void {
    if (this.checks.has(part)) throw new Error(`Two features contribute the part ${part}`);
    this.checks.set(part, check);
  }

  /** Without `detail` it says of each part whether it is up, and no more. */
  async report(detail: boolean): Promise<HealthCheckResult> {
    const parts = [...this.checks].map(([part, check]) => () => this.indicate(part, check, detail));
    return this.health.check(parts).catch(resultIn);
  }

  private async indicate(part: string, check: ReadinessCheck, detail: boolean) {
    const indicator = this.indicators.check(part);
    const why = await this.ask(check);
    if (why === null) return indicator.up();
    return detail ? indicator.down(why) : indicator.down();
  }

  private async ask(check: ReadinessCheck): Promise<string | null> {
    try {
      return await check();
    } catch (error) {
      return `It cannot be found out: ${(error as Error).message}`;
    }
  }
}

/** Terminus throws what is to be answered with 503. */
function resultIn(error: unknown): HealthCheckResult {
  const result = (error as { getResponse?: () => HealthCheckResult }).getResponse?.();
  if (!result?.details) throw error;
  return result;
}
