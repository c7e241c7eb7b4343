import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import type { DeviceAddress } from '../protocol/addresses.js';
import { StanzaQueue } from '../store/stanza-queue.repository.js';
import { arrangeDeliveries } from './arrange-deliveries.js';
import type { Connection } from './connection.js';
import { DeviceFeed } from './device-feed.js';
import { StandingFaults } from './standing-faults.js';

/** Joins a device's stored queue to the connection it logged in on. */
@Injectable()
export class FeedFactory {
  constructor(
    private readonly database: Database,
    private readonly queue: StanzaQueue,
    private readonly faults: StandingFaults,
  ) {}

  make(connection: Connection, address: DeviceAddress): DeviceFeed {
    return new DeviceFeed({
      read: (after, limit) => this.database.readForTenant(connection.tenantId, (tx) => this.queue.after(tx, address, after, limit)),
      arrange: (nodes) => arrangeDeliveries(nodes, (kind) => this.faults.find(connection.tenantId, kind, address.number) !== null),
      send: (node) => connection.send(node),
      failed: () => connection.terminate(),
    });
  }
}
