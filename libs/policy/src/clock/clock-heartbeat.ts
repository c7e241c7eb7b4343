import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { OneAtATime } from '../one-at-a-time.js';
import { ClockWatch } from './clock-watch.js';

const EVERY_MS = 1_000;

/** Looks at the clock every second, however long a sweep takes. */
@Injectable()
export class ClockHeartbeat implements BeforeApplicationShutdown {
  private readonly log = new Logger('clock');
  private readonly beats = new OneAtATime((error) => this.log.warn(`the clock could not be looked at: ${error.message}`));

  constructor(private readonly clock: ClockWatch) {}

  @Interval(EVERY_MS)
  beat(): Promise<void> {
    return this.beats.run(() => this.clock.beat());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.beats.stop();
  }
}
