import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller, Operator, Scope } from '#libs/contracts';
import { ProblemDto } from './problem.dto.js';

/** Who may call an operation. Every route declares one; a route without is refused by the guard. */
export type Access =
  | { kind: 'public' }
  | { kind: 'operator' }
  | { kind: 'tenant'; scopes: Scope[] }
  | { kind: 'any' }
  /** whoever runs this installation; all others are refused, or are told less */
  | { kind: 'local-or-operator'; others: 'refused' | 'told-less' };
export const ACCESS = 'tenure:access';

/** `runsThis`: on routes for whoever runs this installation, whether it is they who called. */
export type Authenticated = FastifyRequest & { principal?: Caller | Operator; runsThis?: boolean };

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
/** A request from this machine itself, or the operator's key. */
export const LocalOrOperator = () => guarded({ kind: 'local-or-operator', others: 'refused' }, 'This needs the operator key, or a request from the machine itself.');
/** No key at all; only who could use `@LocalOrOperator` sees everything: the handler asks `@RunsThis`. */
export const PublicInPart = () => SetMetadata(ACCESS, { kind: 'local-or-operator', others: 'told-less' } satisfies Access);
/** No key at all. */
export const Public = () => SetMetadata(ACCESS, { kind: 'public' } satisfies Access);

const principalOf = (context: ExecutionContext) => context.switchToHttp().getRequest<Authenticated>().principal;

/** The tenant's key that called. The guard has checked that it is one. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Caller);
/** The operator key that called. The guard has checked that it is one. */
export const CurrentOperator = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Operator);
/** Whoever called, on routes of `@AnyKey`. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Caller | Operator);
/** Whether whoever runs this installation called, on routes of `@PublicInPart`. */
export const RunsThis = createParamDecorator((_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Authenticated>().runsThis === true);
