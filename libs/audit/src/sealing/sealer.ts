import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Sequencer, Unsealed, Waker } from '#libs/platform';
import { type Sealed, TenantSealer } from './tenant-sealer.js';

const TENANTS = 100;
const AT_ONCE = 2;
const POLL_MS = 500;
/** A tenant whose journal has a hole must not keep the others waiting. */
const SET_ASIDE_MS = 60_000;

/** Seals what has a position. Runs in every process that sequences: woken by its own sequencer, it looks by itself for what others have positioned. */
@Injectable()
export class Sealer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly waker = new Waker();
  private readonly aside = new Map<TenantId, number>();
  private readonly listeners: ((sealed: Sealed) => void)[] = [];
  private stopping = false;
  private loop: Promise<void> | undefined;
  private roundAt = performance.now();
  private readonly log = new Logger(Sealer.name);

  constructor(
    private readonly unsealed: Unsealed,
    private readonly tenants: TenantSealer,
    sequencer: Sequencer,
  ) {
    sequencer.onPositioned(() => this.waker.wake());
  }

  /** Since when its loop has not come round, also in vain. */
  get silentSeconds(): number {
    return (performance.now() - this.roundAt) / 1000;
  }

  /** For whoever counts. */
  onSealed(tell: (sealed: Sealed) => void): void {
    this.listeners.push(tell);
  }

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.loop;
  }

  /** A batch of each tenant that waits. Safe to run anywhere, any number of times at once. How many entries were sealed. */
  async seal(): Promise<number> {
    const waiting = await this.unsealed.tenants(TENANTS, this.setAside());
    let entries = 0;
    const next = async (): Promise<void> => {
      for (let tenantId = waiting.shift(); tenantId && !this.stopping; tenantId = waiting.shift()) entries += await this.sealOne(tenantId);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    return entries;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const sealed = await this.seal().catch((error: Error) => {
        this.log.warn(`seals wait: ${error.message}`);
        return 0;
      });
      this.roundAt = performance.now();
      if (sealed === 0) await this.waker.sleep(POLL_MS);
    }
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
