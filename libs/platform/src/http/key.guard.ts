import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Principal, Scope } from '#libs/contracts';
import type { FastifyReply } from 'fastify';
import { ACCESS, type Access, type Authenticated } from './access.js';
import { Authentication } from './authentication.js';
import { Forbidden, TenantSuspended } from './http.errors.js';
import { isLocal } from './is-local.js';
import { isMutation } from './is-mutation.js';

/** The one door: who calls, how often they may, and whether the route is for them. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authentication: Authentication,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
    if (access?.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<Authenticated>();
    if (access?.kind === 'local-or-operator') {
      request.runsThis = isLocal(request) || (await this.isOperator(request, access.others === 'told-less'));
      return true;
    }
    const holder = await this.authentication.admit(request, context.switchToHttp().getResponse<FastifyReply>());
    // before it is let in: whoever is refused is journalled by that
    request.principal = actingUnder(holder.principal, access);
    admit(holder.principal, access);
    if (holder.suspended && isMutation(request.method)) throw new TenantSuspended();
    return true;
  }

  /** @throws what `@OperatorOnly` does, unless others are merely told less: then nothing about a key may fail the request */
  private async isOperator(request: Authenticated, toldLess: boolean): Promise<boolean> {
    if (toldLess && !request.headers.authorization) return false;
    try {
      admit((await this.authentication.authenticate(request)).principal, { kind: 'operator' });
      return true;
    } catch (error) {
      if (toldLess) return false;
      throw error;
    }
  }
}

function admit(principal: Principal, access: Access | undefined): void {
  if (!access) throw new Forbidden('This operation declares no access and is closed.');
  if (access.kind === 'any') return principal.kind === 'operator' ? undefined : admitTenant(principal, access.scope === null ? [] : [access.scope]);
  if (access.kind === 'operator' && principal.kind !== 'operator') throw new Forbidden('This needs the operator key.');
  if (access.kind === 'tenant') admitTenant(principal, access.scopes);
}

/** What it does is journalled with the right that it did it by. */
function actingUnder(principal: Principal, access: Access | undefined): Principal {
  const scope = rightOf(principal, access);
  return scope === null ? principal : { ...principal, actor: { ...principal.actor, scope } };
}

/** What the route asks for, also of a key that does not have it. */
function rightOf(principal: Principal, access: Access | undefined): string | null {
  if (access?.kind === 'operator' || (access?.kind === 'any' && principal.kind === 'operator')) return 'operator';
  if (access?.kind === 'any') return access.scope;
  return access?.kind === 'tenant' ? access.scopes.join(' ') : null;
}

function admitTenant(principal: Principal, scopes: Scope[]): void {
  if (principal.kind !== 'tenant') throw new Forbidden('This needs a key of a tenant; the operator key manages tenants only.');
  const missing = scopes.filter((scope) => !principal.scopes.includes('*') && !principal.scopes.includes(scope));
  if (missing.length > 0) throw new Forbidden(`The key lacks the scope ${missing.join(', ')}.`);
}
