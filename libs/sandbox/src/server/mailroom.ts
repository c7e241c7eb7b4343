import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Post, StanzaQueue } from '../store/stanza-queue.repository.js';
import { Doorbell } from './doorbell.js';

/** Puts stanzas on their way: durable with the caller's transaction, delivered after it. */
@Injectable()
export class Mailroom {
  constructor(
    private readonly queue: StanzaQueue,
    private readonly doorbell: Doorbell,
  ) {}

  /** Once per transaction and as its last step (see `StanzaQueue.put`). */
  async post(tx: TenantTx, posts: Post[]): Promise<void> {
    if (posts.length === 0) return;
    await this.queue.put(tx, posts);
    tx.afterCommit(() => this.doorbell.ring(tx.tenantId, posts.map(({ to }) => to)));
  }
}
