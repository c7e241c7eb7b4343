import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { LocalOrOperator } from '../http/access.js';
import { Metrics } from './metrics.js';

/** For Prometheus, not for tenants: not a part of the described API. */
@ApiExcludeController()
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get('metrics')
  @LocalOrOperator()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  readMetrics(): Promise<string> {
    return this.metrics.render();
  }
}
