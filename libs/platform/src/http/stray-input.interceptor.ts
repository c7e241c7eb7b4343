import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ACCESS, type Access } from './access.js';
import { InvalidRequest } from './http.errors.js';
import { escapePointer } from './json-pointer.js';
import type { FieldFault } from './problem.js';

/**
 * Refuses fields and parameters sent to an operation that takes none, as validation refuses those an operation does not know: whoever sends
 * `validateOnly=true` to an operation that has no such thing must not find out by what it did. Public operations are left alone: probes send anything.
 */
@Injectable()
export class StrayInputInterceptor implements NestInterceptor {
  private readonly reflector = new Reflector();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const errors = this.isPublic(context) ? [] : strayInput(context);
    if (errors.length > 0) throw new InvalidRequest(errors);
    return next.handle();
  }

  private isPublic(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
    return access?.kind === 'public' || access?.kind === 'local-or-operator';
  }
}

function strayInput(context: ExecutionContext): FieldFault[] {
  const { body, query } = context.switchToHttp().getRequest<FastifyRequest>();
  return [...(takes(context, RouteParamtypes.BODY) ? [] : strayFields(body)), ...(takes(context, RouteParamtypes.QUERY) ? [] : strayFields(query))];
}

/** Whether the handler has a parameter for this part of the request. */
function takes(context: ExecutionContext, part: RouteParamtypes): boolean {
  const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {}) as object;
  return Object.keys(declared).some((key) => key.startsWith(`${part}:`));
}

function strayFields(fields: unknown): FieldFault[] {
  return Object.keys(Object(fields) as object).map((name) => ({ pointer: `/${escapePointer(name)}`, detail: 'is not known here' }));
}
