import { Injectable } from '@nestjs/common';
import {
  type Caller,
  type EventId,
  idFrom,
  type InstanceEventName,
  type InstanceId,
  type LifecycleEvent,
  type LifecycleEventName,
  type TenantEventName,
  type TenantId,
  uuidOf,
} from '#libs/contracts';
import type { DataKey } from '../crypto/data-key.js';
import { InstanceKeys } from '../crypto/instance-keys.js';
import { Database } from '../database/database.js';
import type { TenantTx } from '../database/tenant-tx.js';
import { requireInstance } from '../instances/instance-head.js';
import type { StoredEntry } from './canonical.js';
import { envelopeOf, findKeys, type JournalRow, type PositionedRow, storedEntryOf, visibleAfter } from './journal-rows.js';
import { disclosePersonal } from './personal.js';

/** An entry as it is read: `personal` in the clear while the instance's key lives, null afterwards. */
export type ReadEntry = Omit<StoredEntry, 'personal'> & { personal: Record<string, unknown> | null };

/** The same for who asks what happened, not where in the journal it stands. */
export type PastEntry = Omit<ReadEntry, 'position'>;

/** Reads the journal by position: what has none yet is not there yet. */
@Injectable()
export class JournalReader {
  constructor(
    private readonly database: Database,
    private readonly keys: InstanceKeys,
  ) {}

  /** The tenant's entries after a position, oldest first: a reader that follows positions misses none. */
  after(caller: Caller, position: number, limit: number): Promise<ReadEntry[]> {
    return this.database.forCaller(caller, async (tx) => this.openAll(tx, await visibleAfter(tx, position, limit)));
  }

  /** An instance's entries before a `seq` (null: the newest), newest first. @throws InstanceNotFound */
  ofInstance(caller: Caller, instanceId: InstanceId, before: number | null, limit: number): Promise<ReadEntry[]> {
    return this.database.forCaller(caller, async (tx) => {
      await requireInstance(tx, instanceId);
      const rows = await tx.query<PositionedRow[]>`
        SELECT p.position, j.id, j.instance_id, j.seq, j.type, j.occurred_at, j.actor, j.causation_id, j.data, j.personal
        FROM journal j JOIN journal_positions p ON p.tenant_id = j.tenant_id AND p.event_id = j.id
        WHERE j.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND j.instance_id = ${uuidOf(instanceId)}::uuid
          AND (${before}::bigint IS NULL OR j.seq < ${before}::bigint)
        ORDER BY j.seq DESC LIMIT ${limit}`;
      return this.openAll(tx, rows);
    });
  }

  /** The event a job was enqueued for. It needs no position: a subscriber follows the commit, not the sequencer. */
  event<N extends LifecycleEventName>(tenantId: TenantId, eventId: EventId): Promise<LifecycleEvent<N> | null> {
    return this.database.readForTenant(tenantId, async (tx) => {
      const [row] = await tx.query<JournalRow[]>`
        SELECT id, instance_id, seq, type, occurred_at, actor, causation_id, data, personal FROM journal
        WHERE tenant_id = ${uuidOf(tenantId)}::uuid AND id = ${uuidOf(eventId)}::uuid`;
      return row ? (envelopeOf(tenantId, row) as unknown as LifecycleEvent<N>) : null;
    });
  }

  /**
   * What happened to each of these instances, oldest first: of each the newest so many entries of these kinds. They must be the caller's own: the
   * journal does not know environments. Entries without a position yet are there, too.
   */
  async histories(tx: TenantTx, instanceIds: readonly InstanceId[], types: readonly InstanceEventName[], most: number): Promise<Map<InstanceId, PastEntry[]>> {
    const rows = await tx.query<JournalRow[]>`
      SELECT past.* FROM unnest(${instanceIds.map(uuidOf)}::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
        SELECT id, instance_id, seq, type, occurred_at, actor, causation_id, data, personal FROM journal
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = wanted.id AND type = ANY(${types}::text[])
        ORDER BY seq DESC LIMIT ${most}) AS past
      ORDER BY past.instance_id, past.seq`;
    const keys = await findKeys(this.keys, tx, rows);
    const histories = new Map(instanceIds.map((id): [InstanceId, PastEntry[]] => [id, []]));
    for (const row of rows) histories.get(idFrom('ins', row.instance_id!))!.push({ ...envelopeOf(tx.tenantId, row), personal: readPersonal(tx.tenantId, keys, row) });
    return histories;
  }

  /** What happened to the tenant itself, oldest first: the newest so many entries of these kinds. */
  async ofTenant(tx: TenantTx, types: readonly TenantEventName[], most: number): Promise<PastEntry[]> {
    const rows = await tx.query<JournalRow[]>`
      SELECT id, instance_id, seq, type, occurred_at, actor, causation_id, data, personal FROM journal
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id IS NULL AND type = ANY(${types}::text[])
      ORDER BY id DESC LIMIT ${most}`;
    return rows.reverse().map((row) => ({ ...envelopeOf(tx.tenantId, row), personal: null }));
  }

  /** The tenant's entries after a position as they are stored, oldest first, whatever became of their instances: what is hashed. */
  async stored(tx: TenantTx, position: number, limit: number): Promise<StoredEntry[]> {
    const rows = await tx.query<PositionedRow[]>`
      SELECT p.position, j.id, j.instance_id, j.seq, j.type, j.occurred_at, j.actor, j.causation_id, j.data, j.personal
      FROM journal_positions p JOIN journal j ON j.tenant_id = p.tenant_id AND j.id = p.event_id
      WHERE p.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND p.position > ${position} ORDER BY p.position LIMIT ${limit}`;
    return rows.map((row) => storedEntryOf(tx.tenantId, row));
  }

  private async openAll(tx: TenantTx, rows: PositionedRow[]): Promise<ReadEntry[]> {
    const keys = await findKeys(this.keys, tx, rows);
    return rows.map((row) => ({ ...envelopeOf(tx.tenantId, row), position: Number(row.position), personal: readPersonal(tx.tenantId, keys, row) }));
  }
}

function readPersonal(tenantId: TenantId, keys: Map<InstanceId, DataKey>, { id, instance_id, personal }: JournalRow): Record<string, unknown> | null {
  const instanceId = instance_id && idFrom('ins', instance_id);
  const key = instanceId && keys.get(instanceId);
  if (!personal || !key) return null;
  return JSON.parse(disclosePersonal(key, { tenantId, instanceId, id: idFrom('evt', id) }, personal).plain.toString()) as Record<string, unknown>;
}
