import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isId, KeyDirectory, type KeyHolder, newId, type Principal, type Scope } from '#libs/contracts';
import type { FastifyReply } from 'fastify';
import { FailedLogins } from '../limits/failed-logins.js';
import { KeyLimits } from '../limits/key-limits.js';
import { ACCESS, type Access, type Authenticated } from './access.js';
import { Forbidden, TenantSuspended, Unauthorized } from './http.errors.js';
import { isLocal } from './is-local.js';
import { isMutation } from './is-mutation.js';

/** The one door: who calls, how often they may, and whether the route is for them. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeyDirectory,
    private readonly limits: KeyLimits,
    private readonly logins: FailedLogins,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
    if (access?.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<Authenticated>();
    if (access?.kind === 'local-or-operator') {
      request.runsThis = isLocal(request) || (await this.isOperator(request, access.others === 'told-less'));
      return true;
    }
    const holder = await this.authenticate(request);
    this.limits.count(holder, context.switchToHttp().getResponse<FastifyReply>());
    admit(holder.principal, access);
    if (holder.suspended && isMutation(request.method)) throw new TenantSuspended();
    request.principal = actingUnder(holder.principal, access);
    return true;
  }

  /** @throws what `@OperatorOnly` does, unless others are merely told less: then nothing about a key may fail the request */
  private async isOperator(request: Authenticated, toldLess: boolean): Promise<boolean> {
    if (toldLess && !request.headers.authorization) return false;
    try {
      admit((await this.authenticate(request)).principal, { kind: 'operator' });
      return true;
    } catch (error) {
      if (toldLess) return false;
      throw error;
    }
  }

  private async authenticate(request: Authenticated): Promise<KeyHolder> {
    const [scheme, key, ...more] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !key || more.length > 0) throw new Unauthorized();
    this.logins.admit(request.ip, key);
    const holder = await this.keys.authenticate(key, isId('req', request.id) ? request.id : newId('req'));
    if (holder) this.logins.wasRight(key);
    else this.logins.wasWrong(request.ip);
    if (!holder) throw new Unauthorized();
    return holder;
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

function rightOf(principal: Principal, access: Access | undefined): string | null {
  if (principal.kind === 'operator') return 'operator';
  if (access?.kind === 'any') return access.scope;
  return access?.kind === 'tenant' ? access.scopes.join(' ') : null;
}

function admitTenant(principal: Principal, scopes: Scope[]): void {
  if (principal.kind !== 'tenant') throw new Forbidden('This needs a key of a tenant; the operator key manages tenants only.');
  const missing = scopes.filter((scope) => !principal.scopes.includes('*') && !principal.scopes.includes(scope));
  if (missing.length > 0) throw new Forbidden(`The key lacks the scope ${missing.join(', ')}.`);
}
