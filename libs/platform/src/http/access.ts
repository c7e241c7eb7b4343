import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller, Operator, Scope } from '#libs/contracts';

/** Who may call an operation. Every route declares one; a route without is refused by the guard. */
export type Access = { kind: 'public' } | { kind: 'operator' } | { kind: 'tenant'; scopes: Scope[] } | { kind: 'any' };
export const ACCESS = 'tenure:access';
/** The same for the document, which turns it into security and does not show it. */
export const ACCESS_EXTENSION = 'x-access';

export type Authenticated = FastifyRequest & { principal?: Caller | Operator };

/** For the guard, and for the document: security, problem responses and the sentence about the key follow from it. */
const declare = (access: Access) => applyDecorators(SetMetadata(ACCESS, access), ApiExtension(ACCESS_EXTENSION, access));

/** A tenant's key that has all of these scopes. */
export const Scopes = (...scopes: Scope[]) => declare({ kind: 'tenant', scopes });
/** The operator's key. */
export const OperatorOnly = () => declare({ kind: 'operator' });
/** An operator's or a tenant's key; the handler tells them apart. */
export const AnyKey = () => declare({ kind: 'any' });
/** No key at all. */
export const Public = () => declare({ kind: 'public' });

const principalOf = (context: ExecutionContext) => context.switchToHttp().getRequest<Authenticated>().principal;

/** The tenant's key that called. The guard has checked that it is one. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Caller);
/** The operator key that called. The guard has checked that it is one. */
export const CurrentOperator = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Operator);
/** Whoever called, on routes of `@AnyKey`. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext) => principalOf(context) as Caller | Operator);
