import { Injectable } from '@nestjs/common';
import { type InstanceId, InstancePayload, type TenantSql } from '#libs/contracts';
import { MessageContentsRepository } from './message-contents.repository.js';
import { MessagesRepository } from './messages.repository.js';

/** Messages stay readable while an instance is archived. Sealed under its key, they are unreadable once it is purged, and then go in batches. */
@Injectable()
export class MessagesPayload extends InstancePayload {
  readonly part = 'messages';
  readonly tables = ['messages', 'message_deadlines'];

  constructor(
    private readonly messages: MessagesRepository,
    private readonly contents: MessageContentsRepository,
  ) {
    super();
  }

  archive(): Promise<null> {
    return Promise.resolve(null);
  }

  restore(): Promise<void> {
    return Promise.resolve();
  }

  async count(tx: TenantSql, instanceId: InstanceId, most: number): Promise<Record<string, number>> {
    return { messages: await this.messages.count(tx, instanceId, most) };
  }

  purge(tx: TenantSql, instanceId: InstanceId): Promise<void> {
    return this.contents.forget(tx, instanceId);
  }

  async erase(tx: TenantSql, instanceId: InstanceId, limit: number): Promise<Record<string, number>> {
    const erased = await this.messages.erase(tx, instanceId, limit);
    return erased > 0 ? { messages: erased } : {};
  }
}
