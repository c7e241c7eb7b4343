import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import type { DeviceAddress } from '../protocol/addresses.js';
import { StanzaQueue } from '../store/stanza-queue.repository.js';
import type { Connection } from './connection.js';
import { DeviceFeed } from './device-feed.js';

/** Joins a device's stored queue to the connection it logged in on. */
@Injectable()
export class FeedFactory {
  constructor(
    private readonly database: Database,
    private readonly queue: StanzaQueue,
  ) {}

  make(connection: Connection, address: DeviceAddress): DeviceFeed {
    return new DeviceFeed({
      read: (after, limit) => this.database.forTenant(connection.tenantId, (tx) => this.queue.after(tx, address, after, limit)),
      send: (node) => connection.send(node),
      failed: () => connection.terminate(),
    });
  }
}
