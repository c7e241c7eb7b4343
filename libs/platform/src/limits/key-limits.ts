import { Injectable } from '@nestjs/common';
import type { KeyHolder } from '#libs/contracts';
import type { FastifyReply } from 'fastify';
import { HttpSettings } from '../config/http.settings.js';
import { FixedWindow } from './fixed-window.js';
import { RateLimited } from './limits.errors.js';

const MINUTE_MS = 60_000;
const MOST_KEYS = 100_000;

/** How often a key may call. Counted by each process for itself: behind a balancer a key has as many times its limit as there are of them. */
@Injectable()
export class KeyLimits {
  private readonly requests = new FixedWindow(MINUTE_MS, MOST_KEYS);

  constructor(private readonly settings: HttpSettings) {}

  /** Counts a request and says in its answer what is left. @throws RateLimited */
  count({ principal, requestsPerMinute }: KeyHolder, reply: FastifyReply): void {
    const limit = requestsPerMinute ?? this.settings.requestsPerMinute;
    const { count, endsInMs } = this.requests.hit(principal.keyId);
    const left = Math.max(0, limit - count);
    void reply.header('ratelimit-policy', `"key";q=${limit};w=60`).header('ratelimit', `"key";r=${left};t=${Math.ceil(endsInMs / 1000)}`);
    if (count > limit) throw new RateLimited(`This key may make ${limit} requests a minute.`, endsInMs);
  }
}
