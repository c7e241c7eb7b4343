import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { EventId, LifecycleEventName, TenantId } from '#libs/contracts';
import { JournalReader } from '../journal/journal-reader.js';
import { JOURNAL_APPENDED, type JournalAppended } from '../journal/hints.js';
import { collapsing } from './collapsing.js';
import { JobMeasures } from './job-measures.js';
import { Jobs } from './jobs.js';
import { collapseKey, type Wake } from './on-lifecycle.js';
import { QueueRunner } from './queue-runner.js';
import { type Subscriber, Subscriptions } from './subscriptions.js';

/** Runs the jobs of every subscription. Woken by the local hint; polling is the safety net. */
@Injectable()
export class Pump implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runners = new Map<Subscriber, QueueRunner<Wake>>();
  private loops: Promise<void>[] = [];
  private readonly log = new Logger(Pump.name);

  constructor(
    private readonly jobs: Jobs,
    private readonly subscriptions: Subscriptions,
    private readonly journal: JournalReader,
    private readonly measures: JobMeasures,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.ready();
    for (const subscriber of this.subscriptions.all) {
      const runner = this.runnerOf(subscriber);
      this.runners.set(subscriber, runner);
      this.loops.push(runner.run());
    }
  }

  @OnEvent(JOURNAL_APPENDED)
  wake({ type }: JournalAppended): void {
    for (const [{ events }, runner] of this.runners) if (events.includes(type)) runner.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const runner of this.runners.values()) runner.stop();
    await Promise.all(this.loops);
  }

  private runnerOf(subscriber: Subscriber): QueueRunner<Wake> {
    const { queue, collapse } = subscriber;
    const deliver = (wake: Wake) => this.deliver(subscriber, wake);
    return new QueueRunner<Wake>(this.jobs.boss, {
      queue,
      work: this.measures.measured(queue, collapse ? collapsing(collapseKey, deliver) : deliver),
      onError: (err, wake) => this.log.error({ err, queue, ...wake }, wake ? 'a subscription failed and is tried again' : 'jobs wait'),
    });
  }

  /** Who reads the rows and not the event is spared the event. */
  private async deliver({ handle, collapse }: Subscriber, { tenantId, instanceId, eventId }: Wake): Promise<void> {
    if (collapse) return handle({ tenantId: tenantId as TenantId, instanceId });
    const event = await this.journal.event<LifecycleEventName>(tenantId as TenantId, eventId as EventId);
    if (event) await handle(event);
  }
}
