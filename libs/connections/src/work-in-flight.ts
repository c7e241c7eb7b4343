import { setTimeout as sleep } from 'node:timers/promises';

const QUIET_MS = 30;
const LONGEST_MS = 2_000;
const LOOK_MS = 5;

/** What a session has begun and not ended. Baileys does not say when it is through with a message: it is when nothing has moved for a while. */
export class WorkInFlight {
  private running = 0;
  private movedAt = -Infinity;

  /** Something happened that may lead to more. */
  touch(): void {
    this.movedAt = performance.now();
  }

  async track<T>(work: Promise<T> | T): Promise<T> {
    this.running++;
    this.touch();
    try {
      return await work;
    } finally {
      this.running--;
      this.touch();
    }
  }

  /** Resolves when nothing runs and nothing has moved for 30 ms; after 2 s in any case. At once for a session that is idle. */
  async quiet(): Promise<void> {
    const end = performance.now() + LONGEST_MS;
    while (performance.now() < end && (this.running > 0 || performance.now() - this.movedAt < QUIET_MS)) await sleep(LOOK_MS);
  }
}
