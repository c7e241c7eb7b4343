import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { NodeId } from '#libs/contracts';
import { Draining, JOURNAL_APPENDED, type JournalAppended } from '#libs/platform';
import { Complaints } from './complaints.js';
import { CONNECTION_ASKED } from './connection-asked.js';
import { NodeLease } from './node-lease.js';
import { LOOK_EVERY_MS, SessionRounds } from './session-rounds.js';
import { SessionWaker } from './session-waker.js';
import { SessionWatches } from './session-watches.js';
import { within } from './within.js';

/** However many hints come. */
const GAP_MS = 20;
/** A round that takes longer is left behind: the next one must come. */
const ROUND_MS = 20_000;
const LAST_MS = 3_000;
/** What may change whether an instance should have a session. */
const MATTERS = /^(instance\.(created|started|stopped|archived|restored|purged|settings_changed)|tenant\.)/;

/**
 * Makes the sockets of this worker what the rows say they should be, again and again. A hint, a timer or a restart only changes when it
 * looks; what it does follows from the rows.
 */
@Injectable()
export class SessionHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  private loop: Promise<void> | undefined;
  private stoodDown: Promise<void> | undefined;
  private readonly complaints = new Complaints(new Logger(SessionHost.name));

  constructor(
    private readonly lease: NodeLease,
    private readonly rounds: SessionRounds,
    private readonly watches: SessionWatches,
    private readonly waker: SessionWaker,
    private readonly draining: Draining,
  ) {}

  /** Before the first request is answered, no row says connected on behalf of a process that is gone. */
  async onApplicationBootstrap(): Promise<void> {
    this.draining.signal.addEventListener('abort', () => void this.standDown());
    await this.complaints.attempt('sessions wait', async () => this.rounds.begin(await this.node()));
    this.loop = this.run();
  }

  @OnEvent(JOURNAL_APPENDED)
  onJournalled({ type }: JournalAppended): void {
    if (MATTERS.test(type)) this.waker.wake();
  }

  @OnEvent(CONNECTION_ASKED)
  onAsked(): void {
    this.waker.wake();
  }

  /** Every session ends, then the node is gone, and others see at their next look what is free. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.standDown();
    await this.attempt('the last round', this.loop ?? Promise.resolve());
    await this.rounds.endAll();
    await this.attempt('the node is left to lapse', this.lease.release());
  }

  /** Nothing more is taken, and everybody sees that. */
  private standDown(): Promise<void> {
    this.stoodDown ??= Promise.all([
      this.attempt('what was being opened is left to others', this.rounds.endOpening()),
      this.attempt('it cannot be said that this node drains', this.lease.drain()),
    ]).then(() => undefined);
    return this.stoodDown;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      let pause = LOOK_EVERY_MS;
      await this.complaints.attempt('sessions wait', async () => {
        pause = await within(ROUND_MS, 'a round', this.round());
      });
      await sleep(GAP_MS);
      if (!this.stopping) await this.waker.sleep(pause);
    }
  }

  private async round(): Promise<number> {
    const node = await this.node();
    await this.watches.look(node);
    return this.rounds.run(node, () => this.lease.id === node);
  }

  /** This node, or a new one after a lease that was lost. */
  private async node(): Promise<NodeId> {
    if (!this.lease.id) await this.lease.acquire(this.rounds.environments, () => this.rounds.abandonAll());
    const { id } = this.lease;
    if (!id) throw new Error('the lease was over before it began');
    return id;
  }

  private async attempt(what: string, work: Promise<void>): Promise<void> {
    await this.complaints.attempt(what, () => within(LAST_MS, 'it', work));
  }
}
