import { Injectable, Logger } from '@nestjs/common';
import { type InstanceId, MessageArchive, type SeenMessage, type TenantId } from '#libs/contracts';
import { Database, InstanceKeys, type TenantTx } from '#libs/platform';
import { MessagesRepository } from './messages.repository.js';
import { isKeepable, statusOf, typeOf } from './normalize-message.js';

/** What sessions hand over. A batch is one transaction; handed over twice it is kept once. */
@Injectable()
export class KeptMessages extends MessageArchive {
  private readonly log = new Logger(KeptMessages.name);

  constructor(
    private readonly database: Database,
    private readonly messages: MessagesRepository,
    private readonly keys: InstanceKeys,
  ) {
    super();
  }

  async keep(tenantId: TenantId, instanceId: InstanceId, seen: SeenMessage[]): Promise<void> {
    const keepable = seen.filter(isKeepable);
    if (keepable.length < seen.length) this.log.warn(`${instanceId}: left out ${seen.length - keepable.length} messages with an impossible id`);
    if (keepable.length === 0) return;
    const rows = keepable.map((message) => ({ ...message, type: typeOf(message), status: statusOf(message) }));
    const key = this.keys.held(instanceId);
    // a session that runs has its key: one round trip, and whatever is there already stays as it is
    const insert = (tx: TenantTx) => this.messages.insert(tx, instanceId, rows, key);
    await (key ? this.database.repeatableForTenant(tenantId, insert) : this.database.forTenant(tenantId, insert));
  }

  async isKept(tenantId: TenantId, instanceId: InstanceId, chat: string, whatsappId: string, fromMe: boolean): Promise<boolean> {
    const kept = await this.database.forTenant(tenantId, (tx) => this.messages.findByWhatsappId(tx, instanceId, chat, whatsappId, fromMe));
    return kept !== null;
  }

  original(tenantId: TenantId, instanceId: InstanceId, chat: string, whatsappId: string): Promise<Uint8Array | null> {
    return this.database.forTenant(tenantId, (tx) => this.messages.findOriginal(tx, instanceId, chat, whatsappId));
  }
}
