import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ClockWatch } from './clock-watch.js';

const EVERY_MS = 1_000;

/** Looks at the clock every second, however long a sweep takes. */
@Injectable()
export class ClockHeartbeat implements BeforeApplicationShutdown {
  private beating: Promise<void> | null = null;
  private stopping = false;
  private readonly log = new Logger('clock');

  constructor(private readonly clock: ClockWatch) {}

  @Interval(EVERY_MS)
  async beat(): Promise<void> {
    if (this.beating || this.stopping) return;
    this.beating = this.clock.beat().catch((error: Error) => this.log.warn(`the clock could not be looked at: ${error.message}`));
    await this.beating;
    this.beating = null;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.beating;
  }
}
