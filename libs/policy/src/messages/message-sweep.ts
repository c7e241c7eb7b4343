import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { type DueContent, MessageContentsRepository } from '#libs/messaging';
import { OneAtATime } from '../one-at-a-time.js';
import { MessageCleaning } from './message-cleaning.js';

const TICK_MS = 1000;
const PAGE = 100;
const AT_ONCE = 2;
/** Of what has more than a batch, per tick. */
const ROUNDS = 20;

/** Takes the instances whose oldest content is due. It only reads; a tick that fails, or that two processes run at once, costs nothing but time. */
@Injectable()
export class MessageSweep implements BeforeApplicationShutdown {
  private readonly log = new Logger(MessageSweep.name);
  private readonly ticks = new OneAtATime((error) => this.log.warn(`a sweep of messages failed and is tried again: ${error.message}`));

  constructor(
    private readonly contents: MessageContentsRepository,
    private readonly cleaning: MessageCleaning,
  ) {}

  @Interval(TICK_MS)
  tick(): Promise<void> {
    return this.ticks.run(() => this.sweep());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticks.stop();
  }

  /** In turns: one instance with a million messages keeps nobody waiting. */
  async sweep(): Promise<void> {
    let more = true;
    for (let round = 0; round < ROUNDS && more && !this.ticks.isStopping; round++) more = await this.round();
  }

  /** A batch of each that is due, even if it stays due. Whether any of them has more. */
  private async round(): Promise<boolean> {
    let more = false;
    let after: DueContent | null = null;
    do {
      const due: DueContent[] = await this.contents.due(after, PAGE);
      for (let i = 0; i < due.length && !this.ticks.isStopping; i += AT_ONCE) {
        const cleaned = await Promise.all(due.slice(i, i + AT_ONCE).map((one) => this.cleaning.clean(one)));
        more ||= cleaned.includes(true);
      }
      after = due.length === PAGE ? due.at(-1)! : null;
    } while (after && !this.ticks.isStopping);
    return more;
  }
}
