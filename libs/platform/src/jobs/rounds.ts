import { Waker } from './waker.js';

/**
 * Work that comes round until the process stops: at once while there is more, else when it is woken or has rested. A round that fails is told of,
 * and comes again.
 */
export class Rounds {
  private readonly waker = new Waker();
  private stopping = false;
  private loop: Promise<void> | undefined;
  private roundAt = performance.now();

  /** `round` says how long it may rest now, in milliseconds; 0: there is more. */
  constructor(
    private readonly round: () => Promise<number>,
    private readonly restMs: number,
    private readonly onFailure: (error: Error) => void,
  ) {}

  get isStopping(): boolean {
    return this.stopping;
  }

  /** Since when none has ended, also in vain: what stands still works for nobody. */
  get silentSeconds(): number {
    return (performance.now() - this.roundAt) / 1000;
  }

  start(): void {
    this.loop = this.run();
  }

  wake(): void {
    this.waker.wake();
  }

  /** Waits for the round that is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const rest = await this.round().catch((error: Error) => {
        this.onFailure(error);
        return this.restMs;
      });
      this.roundAt = performance.now();
      if (rest > 0) await this.waker.sleep(rest);
    }
  }
}
