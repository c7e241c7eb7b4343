import { LRUCache } from 'lru-cache';

export interface WindowCount {
  /** with this one */
  count: number;
  /** milliseconds until it begins at zero again */
  endsInMs: number;
}

interface Window {
  count: number;
  endsAt: number;
}

/**
 * Counts hits of each key in windows of fixed length, in the memory of this process. When it is full, the key that was unseen the
 * longest is forgotten and begins at zero.
 */
export class FixedWindow {
  private readonly windows: LRUCache<string, Window>;

  constructor(
    private readonly lengthMs: number,
    mostKeys: number,
    /** milliseconds, monotonic */
    private readonly now: () => number = () => performance.now(),
  ) {
    this.windows = new LRUCache({ max: mostKeys });
  }

  hit(key: string): WindowCount {
    const now = this.now();
    const window = this.at(key, now) ?? { count: 0, endsAt: now + this.lengthMs };
    window.count++;
    this.windows.set(key, window);
    return { count: window.count, endsInMs: window.endsAt - now };
  }

  /** Without counting. */
  look(key: string): WindowCount {
    const now = this.now();
    const window = this.at(key, now);
    return window ? { count: window.count, endsInMs: window.endsAt - now } : { count: 0, endsInMs: this.lengthMs };
  }

  private at(key: string, now: number): Window | null {
    const window = this.windows.get(key);
    return window && window.endsAt > now ? window : null;
  }
}
