import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HttpSettings } from '../config/http.settings.js';

/** Whether this process has been told to stop: it is still there, and nothing new should come to it. */
@Injectable()
export class Draining {
  private readonly ending = new AbortController();

  constructor(private readonly settings: HttpSettings) {}

  get begun(): boolean {
    return this.ending.signal.aborted;
  }

  /** For what would otherwise go on as long as its client likes, such as a stream. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  begin(): void {
    this.ending.abort();
  }

  /** Begins, and resolves when load balancers have had the time to see it and to send their requests elsewhere. */
  async wait(): Promise<void> {
    this.begin();
    await sleep(this.settings.drainSeconds * 1000);
  }
}
