import { Injectable } from '@nestjs/common';
import { type InstanceId, InstancePayload, type TenantSql } from '#libs/contracts';
import { MessagesRepository } from './messages.repository.js';

/** Messages stay readable while an instance is archived. Sealed under its key, they are unreadable once it is purged, and then go in batches. */
@Injectable()
export class MessagesPayload extends InstancePayload {
  readonly part = 'messages';
  readonly tables = ['messages'];

  constructor(private readonly messages: MessagesRepository) {
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

  purge(): Promise<void> {
    return Promise.resolve();
  }

  async erase(tx: TenantSql, instanceId: InstanceId, limit: number): Promise<Record<string, number>> {
    const erased = await this.messages.erase(tx, instanceId, limit);
    return erased > 0 ? { messages: erased } : {};
  }
}
