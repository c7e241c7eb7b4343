import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Authenticated } from '#libs/platform';
import { TestKeyRequired } from '../sandbox.errors.js';

/** After the guard that knows the keys: lets test keys through. */
@Injectable()
export class TestKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { principal } = context.switchToHttp().getRequest<Authenticated>();
    if (principal?.kind !== 'tenant' || principal.environment !== 'test') throw new TestKeyRequired();
    return true;
  }
}
