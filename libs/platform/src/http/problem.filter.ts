import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MasterKeyMissing } from '../crypto/master-key.errors.js';
import { isBusy, isConnectionLoss } from '../database/database-error.js';
import { BodyTooLarge, InternalFault, MalformedRequest, RouteNotFound, Unavailable, UnsupportedMediaType } from './http.errors.js';
import type { Authenticated } from './access.js';
import { AllowedMethods } from './allowed-methods.js';
import { Problem, problemBody } from './problem.js';
import { RefusalRecorder } from '../refusals/refusal-recorder.js';

/** What a fault outside the product's own code means: a library's status stays, everything else is ours. */
export function problemOf(error: unknown, requestId?: string): Problem {
  if (error instanceof Problem) return error;
  const { statusCode, message } = (error ?? {}) as { statusCode?: number; message?: string };
  const status = error instanceof HttpException ? error.getStatus() : (statusCode ?? 500);
  if (status === 404) return new RouteNotFound('No operation has this method and path; /docs shows all there are.');
  if (status === 413) return new BodyTooLarge('The body is larger than this server accepts.');
  if (status === 415) return new UnsupportedMediaType('The body must be JSON.');
  if (status >= 400 && status < 500) return new MalformedRequest(message ?? 'The request cannot be read.');
  if (status === 503) return new Unavailable('The server cannot do its work at the moment.');
  if (error instanceof MasterKeyMissing) return new Unavailable('What was asked for is sealed, and this server has not been given the key yet.');
  if (isConnectionLoss(error)) return new Unavailable('The database cannot be reached.');
  return isBusy(error) ? new Unavailable('The database is busy, and the request was given up: nothing was changed.') : new InternalFault(requestId);
}

export function problemHeaders({ headers }: Problem): Record<string, string> {
  return { 'content-type': 'application/problem+json', ...headers };
}

/** Renders every error as RFC 9457. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  constructor(
    private readonly methods: AllowedMethods,
    private readonly refusals: RefusalRecorder,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<Authenticated>();
    const problem = this.refine(problemOf(error, request.id), request);
    if (problem.doc.status >= 500) this.log.error({ err: error, requestId: request.id, url: request.url }, problem.doc.title);
    await this.refusals.record(request, reply, problem.doc);
    if (reply.sent || reply.raw.headersSent) return;
    void reply
      .status(problem.doc.status)
      .headers(problemHeaders(problem))
      .send(JSON.stringify(problemBody(problem, request.url)));
  }

  /** What is routed under another method is not missing. */
  private refine(problem: Problem, { method, url }: FastifyRequest): Problem {
    return problem instanceof RouteNotFound ? (this.methods.problemOf(method, url) ?? problem) : problem;
  }
}
