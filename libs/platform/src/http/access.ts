import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller, Operator, Scope } from '#libs/contracts';

/** Who may call an operation. Every route declares one; a route without is refused by the guard. */
export type Access =
  | { kind: 'public' }
  | { kind: 'operator' }
  | { kind: 'tenant'; scopes: Scope[] }
  /** an operator's key, or a tenant's; of that `scope`, where one is named */
  | { kind: 'any'; scope: Scope | null }
  /** whoever runs this installation; all others are refused, or are told less */
  | { kind: 'local-or-operator'; others: 'refused' | 'told-less' };
export const ACCESS = 'tenure:access';
/** The same for the document, which turns it into security and does not show it. */
export const ACCESS_EXTENSION = 'x-access';

/** `runsThis`: on routes for whoever runs this installation, whether it is they who called. */
export type Authenticated = FastifyRequest & { principal?: Caller | Operator; runsThis?: boolean };

/** For the guard, and for the document: security, problem responses and the sentence about the key follow from it. */
const declare = (access: Access) => applyDecorators(SetMetadata(ACCESS, access), ApiExtension(ACCESS_EXTENSION, access));

/** A tenant's key that has all of these scopes. */
export const Scopes = (...scopes: Scope[]) => declare({ kind: 'tenant', scopes });
/** The operator's key. */
export const OperatorOnly = () => declare({ kind: 'operator' });
/** An operator's key, or a tenant's that has the scope, where one is named; the handler tells them apart. */
export const AnyKey = (scope: Scope | null = null) => declare({ kind: 'any', scope });
/** A request from this machine itself, or the operator's key. */
export const LocalOrOperator = () => declare({ kind: 'local-or-operator', others: 'refused' });
/** No key at all; only who could use `@LocalOrOperator` sees everything: the handler asks `@RunsThis`. */
export const PublicInPart = () => declare({ kind: 'local-or-operator', others: 'told-less' });
/** No key at all. */
export const Public = () => declare({ kind: 'public' });

const principalOf = (context: ExecutionContext) => context.switchToHttp().getRequest<Authenticated>().principal;

/** The tenant's key that called. The guard has checked that it is one. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Caller);
/** The operator key that called. The guard has checked that it is one. */
export const CurrentOperator = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Operator);
/** Whoever called, on routes of `@AnyKey`. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Caller | Operator);
/** Whether whoever runs this installation called, on routes of `@PublicInPart`. */
export const RunsThis = createParamDecorator((_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Authenticated>().runsThis === true);
