import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { type DueContent, MessageContentsRepository } from '#libs/messaging';
import { MessageCleaning } from './message-cleaning.js';

const TICK_MS = 1000;
const PAGE = 100;
const AT_ONCE = 2;
/** Of what has more than a batch, per tick. */
const ROUNDS = 20;

/** Takes the instances whose oldest content is due. It only reads; a tick that fails, or that two processes run at once, costs nothing but time. */
@Injectable()
export class MessageSweep implements BeforeApplicationShutdown {
  private running: Promise<void> | null = null;
  private stopping = false;
  private readonly log = new Logger(MessageSweep.name);

  constructor(
    private readonly contents: MessageContentsRepository,
    private readonly cleaning: MessageCleaning,
  ) {}

  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.running || this.stopping) return;
    this.running = this.sweep().catch((error: Error) => this.log.warn(`a sweep of messages failed and is tried again: ${error.message}`));
    await this.running;
    this.running = null;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  /** In turns: one instance with a million messages keeps nobody waiting. */
  async sweep(): Promise<void> {
    let more = true;
    for (let round = 0; round < ROUNDS && more && !this.stopping; round++) more = await this.round();
  }

  /** A batch of each that is due, even if it stays due. Whether any of them has more. */
  private async round(): Promise<boolean> {
    let more = false;
    let after: DueContent | null = null;
    do {
      const due: DueContent[] = await this.contents.due(after, PAGE);
      for (let i = 0; i < due.length && !this.stopping; i += AT_ONCE) {
        const cleaned = await Promise.all(due.slice(i, i + AT_ONCE).map((one) => this.cleaning.clean(one)));
        more ||= cleaned.includes(true);
      }
      after = due.length === PAGE ? due.at(-1)! : null;
    } while (after && !this.stopping);
    return more;
  }
}
