import type { InstanceId } from '#libs/contracts';
import { LRUCache } from 'lru-cache';

const EVERY_MS = 60_000;
const CALLERS = 2_000;

/** Who was told why their call was rejected, of all sessions: bounded together, and not forgotten by a reconnect. */
export class ToldCallers {
  private readonly told = new LRUCache<string, true>({ max: CALLERS, ttl: EVERY_MS });

  /** Whether this caller was told within the last minute; who was not counts as told now. */
  lately(instanceId: InstanceId, caller: string): boolean {
    const key = `${instanceId}|${caller}`;
    if (this.told.has(key)) return true;
    this.told.set(key, true);
    return false;
  }
}
