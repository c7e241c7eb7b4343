import { Injectable } from '@nestjs/common';
import { isId, KeyDirectory, type KeyHolder, newId } from '#libs/contracts';
import type { FastifyReply } from 'fastify';
import { FailedLogins } from '../limits/failed-logins.js';
import { KeyLimits } from '../limits/key-limits.js';
import type { Authenticated } from './access.js';
import { Unauthorized } from './http.errors.js';

/** Whose key a request comes with, and that it may make one more. */
@Injectable()
export class Authentication {
  constructor(
    private readonly keys: KeyDirectory,
    private readonly limits: KeyLimits,
    private readonly logins: FailedLogins,
  ) {}

  /** @throws Unauthorized, RateLimited */
  async admit(request: Authenticated, reply: FastifyReply): Promise<KeyHolder> {
    const holder = await this.authenticate(request);
    this.limits.count(holder, reply);
    return holder;
  }

  /** Not counted. @throws Unauthorized */
  async authenticate(request: Authenticated): Promise<KeyHolder> {
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
