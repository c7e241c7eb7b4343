import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { JOURNAL_APPENDED, type JournalAppended } from '#libs/platform';
import { CONNECTION_ASKED } from './connection-asked.js';
import { NodeLease } from './node-lease.js';
import { SessionRounds } from './session-rounds.js';
import { SettingsWatch } from './settings/settings-watch.js';
import { StormWatch } from './storm-watch.js';

const LOOK_EVERY_MS = 1_000;
/** Looking takes a twentieth of the time at most, however large the fleet; hints wake it in between. */
const LOOK_SHARE = 20;

/**
 * Makes the sockets of this worker what the rows say they should be, again and again. A hint, a timer or a restart only changes when it
 * looks; what it does follows from the rows.
 */
@Injectable()
export class SessionHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  private loop: Promise<void> | undefined;
  private readonly log = new Logger(SessionHost.name);

  constructor(
    private readonly lease: NodeLease,
    private readonly rounds: SessionRounds,
    private readonly storms: StormWatch,
    private readonly settings: SettingsWatch,
  ) {}

  /** Before the first request is answered, no row says connected on behalf of a process that is gone. */
  async onApplicationBootstrap(): Promise<void> {
    await this.begin().catch((error: Error) => this.log.warn(`sessions wait: ${error.message}`));
    this.loop = this.run();
  }

  @OnEvent(JOURNAL_APPENDED)
  onJournalled({ type }: JournalAppended): void {
    if (type.startsWith('instance.') || type.startsWith('tenant.')) this.rounds.waker.wake();
  }

  @OnEvent(CONNECTION_ASKED)
  onAsked(): void {
    this.rounds.waker.wake();
  }

  /** Every session ends, then the node is gone. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.rounds.waker.wake();
    await this.loop;
    await this.rounds.closeAll();
    await this.lease.release().catch((error: Error) => this.log.warn(`the node is left to lapse: ${error.message}`));
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      await this.round().catch((error: Error) => this.log.warn(`sessions wait: ${error.message}`));
      if (!this.stopping) await this.rounds.waker.sleep(Math.max(LOOK_EVERY_MS, this.rounds.lookMs * LOOK_SHARE));
    }
  }

  private async round(): Promise<void> {
    await this.begin();
    const node = this.lease.id;
    if (!node) return;
    await this.storms.look().catch((error: Error) => this.log.warn(`storms are not watched: ${error.message}`));
    await this.rounds.endWhatShouldNotRun(node);
    await this.settings.look(node).catch((error: Error) => this.log.warn(`settings are not followed: ${error.message}`));
    await this.rounds.openWhatShouldRun(node, () => !this.stopping && this.lease.id === node);
  }

  private async begin(): Promise<void> {
    if (!this.lease.id) await this.lease.acquire(() => this.rounds.abandonAll());
    if ((await this.rounds.disownOrphans()) > 0) await this.lease.tidy();
  }
}
