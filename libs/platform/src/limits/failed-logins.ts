import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { FixedWindow } from './fixed-window.js';
import { RateLimited } from './limits.errors.js';

const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 50_000;
const MOST_FAILURES = 60;
const MOST_KNOWN_KEYS = 50_000;

/**
 * Keys are too long to be guessed; whoever tries all the same costs no look-ups after a while. Keys that were right lately are not
 * held up by a neighbour behind the same address.
 */
@Injectable()
export class FailedLogins {
  private readonly failures = new FixedWindow(MINUTE_MS, MOST_ADDRESSES);
  private readonly knownKeys = new LRUCache<string, true>({ max: MOST_KNOWN_KEYS, ttl: 10 * MINUTE_MS });

  /** Before a key is looked up. @throws RateLimited */
  admit(address: string, key: string): void {
    const { count, endsInMs } = this.failures.look(networkOf(address));
    if (count < MOST_FAILURES || this.knownKeys.has(digest(key))) return;
    throw new RateLimited('This address has sent too many wrong keys.', endsInMs);
  }

  wasRight(key: string): void {
    this.knownKeys.set(digest(key), true);
  }

  wasWrong(address: string): void {
    this.failures.hit(networkOf(address));
  }
}

const digest = (key: string): string => createHash('sha256').update(key).digest('base64');

/** Of IPv6 the first 64 bits: whoever has one address has all that share them. */
function networkOf(address: string): string {
  return isIPv6(address) && !address.startsWith('::ffff:') ? address.split(':').slice(0, 4).join(':') : address;
}
