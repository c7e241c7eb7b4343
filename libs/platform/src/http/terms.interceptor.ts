import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { RequestTerms } from '#libs/contracts';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Authenticated } from './access.js';
import { isMutation } from './is-mutation.js';
import { fingerprintOf, readIdempotencyKey, readIfMatch } from './read-terms.js';
import { ACTS_OUTSIDE, SECRET_FIELDS, VERSIONED } from './route-terms.js';
import { IfMatchUnsupported } from './terms.errors.js';

/** Reads what a mutation asks in its headers, for whoever carries it out; and shows the version of what is answered. */
@Injectable()
export class TermsInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Authenticated>();
    const versioned = this.says<boolean>(context, VERSIONED) ?? false;
    if (request.principal && isMutation(request.method)) {
      request.principal = { ...request.principal, terms: this.read(context, request, versioned) };
    }
    return versioned ? next.handle().pipe(map((body) => withTag(context, body))) : next.handle();
  }

  private read(context: ExecutionContext, request: Authenticated, versioned: boolean): RequestTerms {
    const ifMatch = readIfMatch(request);
    if (request.headers['if-match'] !== undefined && !versioned) throw new IfMatchUnsupported();
    const keyHash = readIdempotencyKey(request);
    if (!keyHash) return { idempotency: null, ifMatch };
    const secretFields = this.says<string[]>(context, SECRET_FIELDS) ?? [];
    const outside = this.says<boolean>(context, ACTS_OUTSIDE) ?? false;
    return { idempotency: { keyHash, fingerprint: fingerprintOf(request), secretFields, outside, claimed: false, kept: false }, ifMatch };
  }

  private says<T>(context: ExecutionContext, key: string): T | undefined {
    return this.reflector.getAllAndOverride<T | undefined>(key, [context.getHandler(), context.getClass()]);
  }
}

function withTag(context: ExecutionContext, body: unknown): unknown {
  const { version } = (body ?? {}) as { version?: number | null };
  if (typeof version === 'number') void context.switchToHttp().getResponse<FastifyReply>().header('etag', `"${version}"`);
  return body;
}
