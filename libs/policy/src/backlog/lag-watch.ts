import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RetentionBacklogRepository } from './retention-backlog.repository.js';

const LOOK_MS = 60_000;
/** The sweep looks every second: what has waited so long waits for a reason that somebody should know. */
const TOLERATED_SECONDS = 600;

/** Says so when what is due is not done. */
@Injectable()
export class LagWatch {
  private readonly log = new Logger(LagWatch.name);

  constructor(private readonly backlog: RetentionBacklogRepository) {}

  @Interval(LOOK_MS)
  async look(): Promise<void> {
    try {
      const { due, lagSeconds } = await this.backlog.read();
      if (lagSeconds > TOLERATED_SECONDS) this.log.error({ due }, `what is due has waited for ${Math.round(lagSeconds)} s: the sweep does not keep up`);
    } catch (error) {
      this.log.warn(`how much is due is not known: ${(error as Error).message}`);
    }
  }
}
