import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  type Actor,
  type EventData,
  type EventId,
  type EventPersonal,
  type InstanceEventName,
  type InstanceId,
  type LifecycleEventName,
  newId,
  type TenantEventName,
  uuidOf,
} from '#libs/contracts';
import { InstanceKeys } from '../crypto/instance-keys.js';
import type { TenantTx } from '../database/tenant-tx.js';
import { InstanceNotFound } from '../instances/instance.errors.js';
import { Jobs } from '../jobs/jobs.js';
import { JOURNAL_APPENDED, type JournalAppended } from './hints.js';
import { sealPersonal } from './personal.js';

interface NewEntry<N extends LifecycleEventName> {
  /** where a row of the same transaction names the entry; otherwise it gets one */
  id?: EventId;
  type: N;
  actor: Actor;
  /** the event that led to this one */
  causationId?: EventId;
  data: EventData<N>;
}
type WithPersonal<N extends LifecycleEventName> = EventPersonal<N> extends null ? object : { personal: EventPersonal<N> };
export type NewInstanceEntry<N extends InstanceEventName> = NewEntry<N> & { instanceId: InstanceId } & WithPersonal<N>;
export type NewTenantEntry<N extends TenantEventName> = NewEntry<N>;

/** The one way to say that something happened: in the transaction of the change, or not at all. Entry and jobs go out together. */
@Injectable()
export class Journal {
  constructor(
    private readonly keys: InstanceKeys,
    private readonly jobs: Jobs,
    private readonly emitter: EventEmitter2,
  ) {}

  /** Takes the instance's next `seq`, and with it the instance's lock until the transaction ends. @throws InstanceNotFound */
  async append<N extends InstanceEventName>(tx: TenantTx, entry: NewInstanceEntry<N>): Promise<EventId> {
    const id = entry.id ?? newId('evt');
    const personal = await this.sealPersonal(tx, id, entry);
    const inserted = tx.execute`
      WITH head AS (
        UPDATE instance_heads SET seq = seq + 1
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(entry.instanceId)}::uuid RETURNING seq),
      pending AS (INSERT INTO journal_pending (tenant_id, event_id) SELECT ${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid FROM head)
      INSERT INTO journal (tenant_id, id, instance_id, seq, type, occurred_at, actor, causation_id, data, personal)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${uuidOf(entry.instanceId)}::uuid, head.seq, ${entry.type}, tenure_now(),
             ${JSON.stringify(entry.actor)}::jsonb, ${entry.causationId ? uuidOf(entry.causationId) : null}::uuid,
             ${JSON.stringify(entry.data)}::jsonb, ${personal}::bytea
      FROM head`;
    await Promise.all([inserted, this.announce(tx, id, entry.type, entry.instanceId)]);
    if ((await inserted) === 0) throw new InstanceNotFound();
    return id;
  }

  /** An event of the tenant itself: no instance, no `seq`. */
  async appendOfTenant<N extends TenantEventName>(tx: TenantTx, entry: NewTenantEntry<N>): Promise<EventId> {
    const id = entry.id ?? newId('evt');
    const inserted = tx.execute`
      WITH pending AS (INSERT INTO journal_pending (tenant_id, event_id) VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid))
      INSERT INTO journal (tenant_id, id, type, occurred_at, actor, causation_id, data)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${entry.type}, tenure_now(), ${JSON.stringify(entry.actor)}::jsonb,
              ${entry.causationId ? uuidOf(entry.causationId) : null}::uuid, ${JSON.stringify(entry.data)}::jsonb)`;
    await Promise.all([inserted, this.announce(tx, id, entry.type, null)]);
    return id;
  }

  private async announce(tx: TenantTx, id: EventId, type: LifecycleEventName, instanceId: InstanceId | null): Promise<void> {
    await this.jobs.enqueue(tx, { id, type, tenantId: tx.tenantId, instanceId });
    const hint: JournalAppended = { tenantId: tx.tenantId, instanceId, type };
    tx.afterCommit(() => this.emitter.emit(JOURNAL_APPENDED, hint));
  }

  private async sealPersonal(tx: TenantTx, id: EventId, entry: { instanceId: InstanceId; personal?: unknown }): Promise<Buffer | null> {
    if (entry.personal === undefined) return null;
    const key = await this.keys.of(tx, entry.instanceId);
    return sealPersonal(key, { tenantId: tx.tenantId, instanceId: entry.instanceId, id }, Buffer.from(JSON.stringify(entry.personal)));
  }
}
