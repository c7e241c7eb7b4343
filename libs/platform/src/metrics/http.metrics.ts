import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Histogram } from 'prom-client';
import { declareMetric } from './declare-metric.js';
import { Metrics } from './metrics.js';

const DURATION = declareMetric({
  name: 'tenure_http_request_duration_seconds',
  kind: 'histogram',
  help: 'Requests answered by this process and how long each took, in seconds. `route` is the declared pattern, `unknown` where none matched; `status` is `aborted` where the caller did not wait.',
  labels: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const IN_FLIGHT = declareMetric({
  name: 'tenure_http_requests_in_flight',
  kind: 'gauge',
  help: 'Requests this process has not answered yet.',
  labels: [],
});

type Label = 'method' | 'route' | 'status';
/** Node's parser knows some thirty more: a caller must not make labels. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Measures every request that reached the router. */
@Injectable()
export class HttpMetrics implements OnModuleInit {
  private readonly duration: Histogram<Label>;
  private readonly aborted = new WeakSet<FastifyRequest>();

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly metrics: Metrics,
  ) {
    this.duration = metrics.histogram(DURATION);
  }

  /** Before the server listens: Fastify takes no hook later. */
  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance();
    server.addHook('onResponse', (request, reply, done) => {
      if (!this.aborted.has(request)) this.observe(request, String(reply.statusCode), reply.elapsedTime);
      done();
    });
    server.addHook('onRequestAbort', (request, done) => {
      this.aborted.add(request);
      this.observe(request, 'aborted', performance.now() - (arrivals.get(request.raw) ?? performance.now()));
      done();
    });
    this.countInFlight();
  }

  private observe(request: FastifyRequest, status: string, milliseconds: number): void {
    const method = METHODS.has(request.method) ? request.method : 'other';
    const route = (!request.is404 && request.routeOptions.url) || 'unknown';
    this.duration.observe({ method, route, status }, milliseconds / 1000);
  }

  /** By the socket, so that what goes up comes down, whatever becomes of the request. */
  private countInFlight(): void {
    const inFlight = this.metrics.gauge(IN_FLIGHT);
    this.host.httpAdapter.getInstance().server.on('request', (request, response) => {
      arrivals.set(request, performance.now());
      inFlight.inc();
      response.once('close', () => inFlight.dec());
    });
  }
}

const arrivals = new WeakMap<object, number>();
