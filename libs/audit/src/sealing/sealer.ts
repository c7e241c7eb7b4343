import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Rounds, Sequencer, Unsealed } from '#libs/platform';
import { type Sealed, TenantSealer } from './tenant-sealer.js';

/** At a time. Whoever seals fewer entries than that has left none behind. */
const TENANTS = 100;
const AT_ONCE = 2;
const POLL_MS = 500;
/** Positions come in small lots: what came within this time is sealed together, so that writers hardly feel it. */
const GATHER_MS = 50;
/** A tenant whose journal has a hole must not keep the others waiting. */
const SET_ASIDE_MS = 60_000;

/** Seals what has a position. Runs in every process that sequences: woken by its own sequencer, it looks by itself for what others have positioned. */
@Injectable()
export class Sealer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly aside = new Map<TenantId, number>();
  private readonly listeners: ((sealed: Sealed) => void)[] = [];
  private gathering: NodeJS.Timeout | undefined;
  private readonly log = new Logger(Sealer.name);
  private readonly rounds = new Rounds(() => this.round(), POLL_MS, (error) => this.log.warn(`seals wait: ${error.message}`));

  constructor(
    private readonly unsealed: Unsealed,
    private readonly tenants: TenantSealer,
    sequencer: Sequencer,
  ) {
    sequencer.onPositioned(() => this.gather());
  }

  /** Since when its loop has not come round, also in vain. */
  get silentSeconds(): number {
    return this.rounds.silentSeconds;
  }

  /** For whoever counts. */
  onSealed(tell: (sealed: Sealed) => void): void {
    this.listeners.push(tell);
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** A batch of each tenant that waits. Safe to run anywhere, any number of times at once. How many entries were sealed. */
  async seal(): Promise<number> {
    const waiting = await this.unsealed.tenants(TENANTS, this.setAside());
    let entries = 0;
    const next = async (): Promise<void> => {
      for (let tenantId = waiting.shift(); tenantId && !this.rounds.isStopping; tenantId = waiting.shift()) entries += await this.sealOne(tenantId);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    return entries;
  }

  private async round(): Promise<number> {
    return (await this.seal()) < TENANTS ? POLL_MS : 0;
  }

  private gather(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.rounds.wake();
    }, GATHER_MS).unref();
  }

  private async sealOne(tenantId: TenantId): Promise<number> {
    try {
      const sealed = await this.tenants.seal(tenantId);
      if (sealed.entries > 0) for (const tell of this.listeners) tell(sealed);
      return sealed.entries;
    } catch (error) {
      this.aside.set(tenantId, performance.now() + SET_ASIDE_MS);
      this.log.error(`the journal of ${tenantId} cannot be sealed and is looked at again in a minute: ${(error as Error).message}`);
      return 0;
    }
  }

  private setAside(): TenantId[] {
    for (const [tenantId, until] of this.aside) if (until < performance.now()) this.aside.delete(tenantId);
    return [...this.aside.keys()];
  }
}
