import { Injectable, Logger } from '@nestjs/common';
import type { Actor } from '#libs/contracts';
import { type DueContent, MessageContentsRepository } from '#libs/messaging';
import { Database, enterPlatformGate, Journal, type TenantTx } from '#libs/platform';
import { erasedUntil, PolicyVersions } from '#libs/retention';
import type { Decided } from '../decisions.js';
import { RetentionScheduler } from '../retention-scheduler.js';

/** Of one instance, in one transaction. */
const BATCH = 500;

/** Lets the content of messages go by age. Safe to run twice: each batch decides again under the lock of its instance. */
@Injectable()
export class MessageCleaning {
  private readonly log = new Logger(MessageCleaning.name);

  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
    private readonly versions: PolicyVersions,
    private readonly scheduler: RetentionScheduler,
    private readonly contents: MessageContentsRepository,
  ) {}

  /** One batch of one instance. Whether there may be more of it. One that fails is left for the next time, and holds up none of the others. */
  async clean({ tenantId, instanceId }: Pick<DueContent, 'tenantId' | 'instanceId'>): Promise<boolean> {
    try {
      return await this.database.forTenant(tenantId, (tx) => this.batch(tx, instanceId));
    } catch (error) {
      this.log.error({ err: error, tenantId, instanceId }, 'the content of messages is due and could not be erased; it is tried again');
      return false;
    }
  }

  /** The locks are those of a removal, in its order. */
  private async batch(tx: TenantTx, instanceId: DueContent['instanceId']): Promise<boolean> {
    await enterPlatformGate(tx);
    await this.versions.lockInForce(tx);
    const [decided] = await this.scheduler.reschedule(tx, [instanceId]);
    const sentUntil = decided ? erasedUntil(decided.messages, decided.at.getTime()) : null;
    if (!decided || sentUntil === null) return false;
    const messages = await this.contents.erase(tx, instanceId, new Date(sentUntil), decided.at, BATCH);
    if (messages > 0) await this.note(tx, decided, messages, new Date(sentUntil));
    return messages === BATCH;
  }

  /** With the deadline of what is left. */
  private async note(tx: TenantTx, { facts: { instanceId }, messages: { rule }, policyVersion }: Decided, messages: number, sentUntil: Date): Promise<void> {
    const data = { messages, sentUntil: sentUntil.toISOString(), ruleId: rule, policyVersion };
    await this.journal.append(tx, { type: 'messages.erased', instanceId, actor: actorOf(rule, policyVersion), data });
    await this.scheduler.reschedule(tx, [instanceId]);
  }
}

const actorOf = (rule: string | null, policyVersion: number): Actor =>
  rule === null ? { kind: 'system', id: 'policy' } : { kind: 'rule', id: `policy/${policyVersion}/${rule}` };
