import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { InstanceId } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { CONNECTION_ASKED } from './connection-asked.js';
import { ConnectionsRepository, type LockedConnection } from './connections.repository.js';

/** Somebody wants another attempt: what was given up is forgotten, and whoever holds the session begins anew. */
@Injectable()
export class ConnectionAsks {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly emitter: EventEmitter2,
  ) {}

  /** Under the instance's lock. */
  async again(tx: TenantTx, instanceId: InstanceId, row: LockedConnection, { otherNumberAllowed }: Pick<LockedConnection, 'otherNumberAllowed'>): Promise<void> {
    // whoever is banned for a time waits for its end: asking earlier makes it longer
    const mustWait = row.facts.settledReason === 'banned' && row.haltedSeq === null;
    await this.connections.patch(tx, instanceId, {
      ...{ restartRequested: row.ownerNode !== null, haltedSeq: null, attempts: 0, flaps: 0, otherNumberAllowed },
      ...(mustWait ? {} : { retryInMs: null }),
    });
    tx.afterCommit(() => this.emitter.emit(CONNECTION_ASKED));
  }
}
