export interface LookOptions {
  /** looked at no more often than this */
  everyMs: number;
  /** looking takes at most one part in this many of the time, however long it takes */
  share?: number;
  /** after a failure, how soon it is tried again; as often as it may be looked at, unless this is said */
  retryMs?: number;
  /** how long whoever asks waits for a look that is under way */
  waitMs?: number;
  /** called at the first failure after a success, or after the beginning */
  onFailure?: (error: Error) => void;
}

/** What a look last saw. */
export interface Seen<T> {
  /** undefined: nothing has been seen yet */
  value: T | undefined;
  /** null: the last look succeeded in time */
  failure: Error | null;
}

const TWENTIETH = 20;
const WAIT_MS = 2_000;

/**
 * Something that costs a query, read for whoever asks and remembered in between: one reader at a time, never more often and never for a
 * larger share of the time than it may. Nobody asks, nothing is read.
 */
export class Look<T> {
  private value: T | undefined;
  private failure: Error | null = null;
  private seenAt = performance.now();
  private nextAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly options: LookOptions,
  ) {}

  /** How old what it remembers is; of a look that has never seen anything, how long that has been so. */
  get ageSeconds(): number {
    return (performance.now() - this.seenAt) / 1000;
  }

  /** The newest there is. Waits for a look under way, but not for long. Never throws. */
  async latest(): Promise<Seen<T>> {
    if (!this.reading && performance.now() >= this.nextAt) this.reading = this.look();
    if (this.reading && !(await inTime(this.reading, this.options.waitMs ?? WAIT_MS))) return { value: this.value, failure: new Error('it takes too long') };
    return { value: this.value, failure: this.failure };
  }

  private async look(): Promise<void> {
    const from = performance.now();
    try {
      this.value = await this.read();
      this.failure = null;
      this.seenAt = performance.now();
    } catch (error) {
      if (!this.failure) this.options.onFailure?.(error as Error);
      this.failure = error as Error;
    }
    this.nextAt = from + this.restMs(performance.now() - from);
    this.reading = undefined;
  }

  private restMs(tookMs: number): number {
    const { everyMs, retryMs, share = TWENTIETH } = this.options;
    if (this.failure && retryMs !== undefined) return retryMs;
    return Math.max(everyMs, tookMs * share);
  }
}

async function inTime(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
