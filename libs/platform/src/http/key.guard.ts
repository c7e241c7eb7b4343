import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Caller, isId, KeyDirectory, newId, type Operator, type Scope } from '#libs/contracts';
import { ACCESS, type Access, type Authenticated } from './access.js';
import { Forbidden, Unauthorized } from './http.errors.js';

/** The one door: who calls, and whether the route is for them. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeyDirectory,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
    if (access?.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<Authenticated>();
    const principal = await this.authenticate(request);
    admit(principal, access);
    request.principal = principal;
    return true;
  }

  private async authenticate(request: Authenticated): Promise<Caller | Operator> {
    const [scheme, key, ...more] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !key || more.length > 0) throw new Unauthorized();
    const principal = await this.keys.authenticate(key, isId('req', request.id) ? request.id : newId('req'));
    if (!principal) throw new Unauthorized();
    return principal;
  }
}

function admit(principal: Caller | Operator, access: Access | undefined): void {
  if (!access) throw new Forbidden('This operation declares no access and is closed.');
  if (access.kind === 'any') return;
  if (access.kind === 'operator' && principal.kind !== 'operator') throw new Forbidden('This needs the operator key.');
  if (access.kind === 'tenant') admitTenant(principal, access.scopes);
}

function admitTenant(principal: Caller | Operator, scopes: Scope[]): void {
  if (principal.kind !== 'tenant') throw new Forbidden('This needs a key of a tenant; the operator key manages tenants only.');
  const missing = scopes.filter((scope) => !principal.scopes.includes('*') && !principal.scopes.includes(scope));
  if (missing.length > 0) throw new Forbidden(`The key lacks the scope ${missing.join(', ')}.`);
}
