import type { InstanceId } from '#libs/contracts';
import type { CacheStore } from '@whiskeysockets/baileys';
import { LRUCache } from 'lru-cache';

const COUNTERS = 50_000;
const HOUR_MS = 60 * 60_000;

/** How often each message was asked for again, of all sessions: bounded together, and not forgotten by a reconnect. */
export class RetryCounters {
  private readonly counters = new LRUCache<string, NonNullable<unknown>>({ max: COUNTERS, ttl: HOUR_MS });

  /** Baileys' keys do not say of which instance they are. */
  of(instanceId: InstanceId): CacheStore {
    const key = (id: string): string => `${instanceId}|${id}`;
    return {
      get: <T>(id: string) => this.counters.get(key(id)) as T | undefined,
      set: (id, value) => void this.counters.set(key(id), value as NonNullable<unknown>),
      del: (id) => void this.counters.delete(key(id)),
      flushAll: () => undefined,
    };
  }
}
