import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller, Operator, Scope } from '#libs/contracts';
import { ProblemDto } from './problem.dto.js';

/** Who may call an operation. Every route declares one; a route without is refused by the guard. */
export type Access = { kind: 'public' } | { kind: 'operator' } | { kind: 'tenant'; scopes: Scope[] } | { kind: 'any' };
export const ACCESS = 'tenure:access';

export type Authenticated = FastifyRequest & { principal?: Caller | Operator };

const problem = (status: number, description: string) =>
  ApiResponse({ status, description, type: ProblemDto, content: undefined } as Parameters<typeof ApiResponse>[0]);
const guarded = (access: Access, what: string) =>
  applyDecorators(
    SetMetadata(ACCESS, access),
    ApiBearerAuth(),
    problem(401, 'The key is missing, wrong, expired or revoked.'),
    problem(403, what),
    problem(422, 'A field or parameter is not valid.'),
  );

/** A tenant's key that has all of these scopes. */
export const Scopes = (...scopes: Scope[]) => guarded({ kind: 'tenant', scopes }, `The key lacks the scope ${scopes.join(', ')}.`);
/** The operator's key. */
export const OperatorOnly = () => guarded({ kind: 'operator' }, 'This needs the operator key.');
/** An operator's or a tenant's key; the handler tells them apart. */
export const AnyKey = () => guarded({ kind: 'any' }, 'The key may not do this.');
/** No key at all. */
export const Public = () => SetMetadata(ACCESS, { kind: 'public' } satisfies Access);

const principalOf = (context: ExecutionContext) => context.switchToHttp().getRequest<Authenticated>().principal;

/** The tenant's key that called. The guard has checked that it is one. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Caller);
/** The operator key that called. The guard has checked that it is one. */
export const CurrentOperator = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Operator);
/** Whoever called, on routes of `@AnyKey`. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Caller | Operator);
