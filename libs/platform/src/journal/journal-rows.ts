import { type Actor, idFrom, type InstanceId, type TenantId, uuidOf } from '#libs/contracts';
import type { DataKey } from '../crypto/data-key.js';
import type { InstanceKeys } from '../crypto/instance-keys.js';
import type { TenantTx } from '../database/tenant-tx.js';
import type { StoredEntry } from './canonical.js';

/** An entry as the table `journal` has it. */
export interface JournalRow {
  id: string;
  instance_id: string | null;
  seq: bigint | null;
  type: string;
  occurred_at: Date;
  actor: Actor;
  causation_id: string | null;
  data: Record<string, unknown>;
  personal: Uint8Array | null;
}
export type PositionedRow = JournalRow & { position: bigint };

/** Everything but the position and what is personal. */
export function envelopeOf(tenantId: TenantId, row: JournalRow): Omit<StoredEntry, 'position' | 'personal'> {
  return {
    id: idFrom('evt', row.id),
    type: row.type,
    tenantId,
    instanceId: row.instance_id && idFrom('ins', row.instance_id),
    seq: row.seq === null ? null : Number(row.seq),
    occurredAt: row.occurred_at,
    actor: row.actor,
    causationId: row.causation_id && idFrom('evt', row.causation_id),
    data: row.data,
  };
}

export function storedEntryOf(tenantId: TenantId, row: PositionedRow): StoredEntry {
  return { ...envelopeOf(tenantId, row), position: Number(row.position), personal: row.personal };
}

/** What the caller of this transaction may see after a position, oldest first. */
export function visibleAfter(tx: TenantTx, position: number, limit: number): Promise<PositionedRow[]> {
  return tx.query<PositionedRow[]>`
    SELECT p.position, j.id, j.instance_id, j.seq, j.type, j.occurred_at, j.actor, j.causation_id, j.data, j.personal
    FROM journal_positions p JOIN journal j ON j.tenant_id = p.tenant_id AND j.id = p.event_id
    LEFT JOIN instance_heads h ON h.tenant_id = j.tenant_id AND h.instance_id = j.instance_id
    WHERE p.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND p.position > ${position} AND (j.instance_id IS NULL OR h.instance_id IS NOT NULL)
    ORDER BY p.position LIMIT ${limit}`;
}

/** The keys that open what is personal in these, where they live. */
export async function findKeys(keys: InstanceKeys, tx: TenantTx, rows: readonly Pick<JournalRow, 'instance_id' | 'personal'>[]): Promise<Map<InstanceId, DataKey>> {
  const sealed = rows.filter(({ personal, instance_id }) => personal && instance_id);
  const instances = new Set(sealed.map(({ instance_id }) => idFrom('ins', instance_id!)));
  return instances.size === 0 ? new Map() : keys.findAll(tx, [...instances]);
}
