import type { Job, PgBoss } from 'pg-boss';
import { Waker } from './waker.js';

/** How many jobs of one queue run at a time. */
const IN_FLIGHT = 25;
const POLL_MS = 1000;
/** Well within the queue's heartbeat: a job that is still running is not taken for a dead worker's. */
const TOUCH_MS = 4000;

interface Options<W> {
  queue: string;
  work: (wake: W) => Promise<void>;
  /** a job failed and is tried again, or the queue cannot be reached */
  onError: (error: Error, wake?: W) => void;
}

/** Runs the jobs of one queue, a bounded number at a time: a slow or failing one delays none of the others. */
export class QueueRunner<W extends object> {
  private readonly waker = new Waker();
  /** by attempt: one whose claim has lapsed can settle nothing that a later one does */
  private readonly running = new Map<Job<W>, Promise<void>>();
  private done: Job<W>[] = [];
  private settling: Promise<void> | undefined;
  private backlog = false;
  private stopping = false;

  constructor(
    private readonly boss: PgBoss,
    private readonly options: Options<W>,
  ) {}

  wake(): void {
    this.waker.wake();
  }

  /** Until `stop`; then what runs is finished and settled first. */
  async run(): Promise<void> {
    const heart = setInterval(() => void this.touch(), TOUCH_MS);
    while (!this.stopping) {
      this.backlog = await this.fill().catch(this.report(false));
      if (!this.backlog || this.running.size >= IN_FLIGHT) await this.waker.sleep(POLL_MS);
    }
    await Promise.all(this.running.values());
    await this.settling;
    clearInterval(heart);
  }

  stop(): void {
    this.stopping = true;
    this.waker.wake();
  }

  /** Whether more may be waiting. */
  private async fill(): Promise<boolean> {
    const free = IN_FLIGHT - this.running.size;
    if (free === 0) return true;
    const jobs = await this.boss.fetch<W>(this.options.queue, { batchSize: free });
    for (const job of jobs) this.running.set(job, this.perform(job));
    return jobs.length === free;
  }

  private async perform(job: Job<W>): Promise<void> {
    try {
      await this.options.work(job.data);
      this.done.push(job);
      this.settling ??= this.settle();
    } catch (error) {
      this.options.onError(error as Error, job.data);
      await this.boss.fail(this.options.queue, job, { message: (error as Error).message }).catch(this.report(null));
    }
    this.running.delete(job);
    if (this.backlog) this.waker.wake();
  }

  /** Completes in one statement whatever finished meanwhile. What cannot be told is done is done again. */
  private async settle(): Promise<void> {
    while (this.done.length > 0) await this.boss.complete(this.options.queue, this.done.splice(0)).catch(this.report(null));
    this.settling = undefined;
  }

  private async touch(): Promise<void> {
    if (this.running.size > 0) await this.boss.touch(this.options.queue, [...this.running.keys()]).catch(this.report(null));
  }

  private report<T>(instead: T): (error: Error) => T {
    return (error) => {
      this.options.onError(error);
      return instead;
    };
  }
}
