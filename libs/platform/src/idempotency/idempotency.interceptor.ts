import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { IdempotencyTerms, Principal } from '#libs/contracts';
import type { FastifyReply } from 'fastify';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import type { Authenticated } from '../http/access.js';
import { Problem } from '../http/problem.js';
import { AlreadyDone, IdempotentReplies } from './idempotent-replies.js';

const GATEWAY_TIMEOUT = 504;

/** A request that comes again with its idempotency key is answered as it was the first time, and not carried out. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly replies: IdempotentReplies) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { principal } = context.switchToHttp().getRequest<Authenticated>();
    const terms = principal?.terms?.idempotency;
    if (!principal || !terms) return next.handle();
    return from(this.replies.lookUp(principal, terms)).pipe(
      mergeMap(() => next.handle()),
      mergeMap((body) => this.finish(principal, terms, body)),
      catchError((error: unknown) => this.recover(context, principal, terms, error)),
    );
  }

  private async finish(principal: Principal, terms: IdempotencyTerms, body: unknown): Promise<unknown> {
    if (terms.kept) return body;
    if (!terms.outside) throw new Error('The operation kept no reply: it must be one unit of work of Mutations, or be declared with @ActsOutside');
    await this.replies.keepAfterwards(principal, terms, body);
    return body;
  }

  private async recover(context: ExecutionContext, principal: Principal, terms: IdempotencyTerms, error: unknown): Promise<unknown> {
    if (error instanceof AlreadyDone) {
      void context.switchToHttp().getResponse<FastifyReply>().header('idempotency-replayed', 'true');
      return error.reply;
    }
    if (terms.claimed && !terms.kept && hadNoEffect(error)) await this.replies.forget(principal, terms);
    throw error;
  }
}

/** A Problem says what happened, and except for an answer that did not come in time, nothing did. */
const hadNoEffect = (error: unknown): boolean => error instanceof Problem && error.doc.status !== GATEWAY_TIMEOUT;
