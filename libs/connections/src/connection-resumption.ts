import { Injectable } from '@nestjs/common';
import type { LifecycleEvent } from '#libs/contracts';
import { Database, OnLifecycle } from '#libs/platform';
import { ConnectionAsks } from './connection-asks.js';
import { ConnectionsRepository } from './connections.repository.js';
import { SessionRecords } from './session-records.js';

/** What follows for a connection when its instance was started, restored, stopped or archived. */
@Injectable()
export class ConnectionResumption {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsRepository,
    private readonly asks: ConnectionAsks,
    private readonly records: SessionRecords,
  ) {}

  /**
   * Started again: what was given up (logged out, banned, replaced, nobody scanned) is tried once more. A start from before it was given up
   * arrives too late and asks for nothing.
   */
  @OnLifecycle(['instance.started', 'instance.restored'], { queue: 'connections.resume' })
  async onStarted({ tenantId, instanceId, seq }: LifecycleEvent<'instance.started' | 'instance.restored'>): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => {
      const row = await this.connections.lock(tx, instanceId);
      if (row.shouldRun && row.haltedSeq !== null && row.haltedSeq < seq) await this.asks.again(tx, instanceId, row, row);
    });
  }

  /** Whoever is between two attempts has no session that could put a stop on record. */
  @OnLifecycle(['instance.stopped', 'instance.archived'], { queue: 'connections.settle' })
  async onEnded({ tenantId, instanceId }: LifecycleEvent<'instance.stopped' | 'instance.archived'>): Promise<void> {
    await this.records.settleStopped(tenantId, instanceId);
  }
}
