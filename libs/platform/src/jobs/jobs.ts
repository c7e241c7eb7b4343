import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { LifecycleEvent } from '#libs/contracts';
import { PgBoss } from 'pg-boss';
import { Database } from '../database/database.js';
import type { TenantTx } from '../database/tenant-tx.js';
import { collapseKey, type Wake } from './on-lifecycle.js';
import { type Subscriber, Subscriptions } from './subscriptions.js';

/** A killed worker's jobs are redone after the heartbeat: both intervals, since the default of one gates the other. */
const WATCH_SECONDS = 5;
const QUEUE = { retryLimit: 20, retryBackoff: true, retryDelay: 1, retryDelayMax: 300, expireInSeconds: 60, heartbeatSeconds: 10 };

/** Durable work: jobs of pg-boss, enqueued in the caller's transaction. */
@Injectable()
export class Jobs implements OnApplicationBootstrap {
  readonly boss: PgBoss;
  private starting: Promise<void> | undefined;
  private readonly log = new Logger(Jobs.name);

  constructor(
    database: Database,
    private readonly subscriptions: Subscriptions,
  ) {
    this.boss = new PgBoss({
      db: { executeSql: (text: string, values?: unknown[]) => database.pool.query(text, values) },
      schema: 'pgboss',
      migrate: false,
      createSchema: false,
      schedule: false,
      supervise: true,
      superviseIntervalSeconds: WATCH_SECONDS,
      monitorIntervalSeconds: WATCH_SECONDS,
    });
    this.boss.on('error', (error: Error) => this.log.warn(`jobs: ${error.message}`));
    database.beforeClose(() => this.boss.stop({ graceful: false, close: false }));
  }

  onApplicationBootstrap(): Promise<void> {
    return this.ready();
  }

  /** Resolves when every queue is there. Providers of a module start side by side, so whoever needs the queues waits for this. */
  ready(): Promise<void> {
    return (this.starting ??= this.start());
  }

  /** One job per subscription of the event, in the same transaction: rolled back with it, never lost after its commit. */
  async enqueue(tx: TenantTx, event: Pick<LifecycleEvent, 'id' | 'type' | 'tenantId' | 'instanceId'>): Promise<void> {
    await this.ready();
    const db = { executeSql: (text: string, values?: unknown[]) => tx.run(text, values) };
    const wake: Wake = { tenantId: event.tenantId, instanceId: event.instanceId, eventId: event.id };
    const sends = this.subscriptions.to(event.type).map(({ queue, collapse }) => {
      return this.boss.send(queue, wake, { db, ...(collapse && { singletonKey: collapseKey(wake) }) });
    });
    await Promise.all(sends);
  }

  private async start(): Promise<void> {
    await this.boss.start();
    for (const subscriber of this.subscriptions.all) await this.makeQueue(subscriber);
  }

  private async makeQueue({ queue, collapse }: Subscriber): Promise<void> {
    const deadLetter = `${queue}.dead`;
    if (await this.boss.getQueue(queue)) return;
    await this.boss.createQueue(deadLetter);
    // `short` keeps one waiting job per key; one that runs does not swallow a new wake
    await this.boss.createQueue(queue, { ...QUEUE, deadLetter, policy: collapse ? 'short' : 'standard' });
  }
}
