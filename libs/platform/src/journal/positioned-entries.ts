import { Injectable } from '@nestjs/common';
import { type InstanceId, uuidOf } from '#libs/contracts';
import type { DataKey } from '../crypto/data-key.js';
import { InstanceKeys } from '../crypto/instance-keys.js';
import type { TenantTx } from '../database/tenant-tx.js';
import type { StoredEntry } from './canonical.js';
import { findKeys, type JournalRow, type PositionedRow, storedEntryOf, visibleAfter } from './journal-rows.js';
import { type DisclosedPersonal, disclosePersonal } from './personal.js';

/** Null: whatever there is. */
export interface EntryFilter {
  from: Date | null;
  until: Date | null;
  types: readonly string[] | null;
  instanceId: InstanceId | null;
}

/** What stands at a position, as it is hashed; `entry` null: the journal has nothing there, although there is such a position. */
export interface PositionedEntry {
  position: number;
  entry: StoredEntry | null;
  /** null when there is none, or the instance's key was destroyed */
  personal: DisclosedPersonal | null;
}

/** Null throughout, but for the position, where the journal has nothing. */
type Row = PositionedRow | { [field in keyof JournalRow]: null } & { position: bigint };

/** The journal as an audit needs it: every position has to be answered for. */
@Injectable()
export class PositionedEntries {
  constructor(private readonly keys: InstanceKeys) {}

  /** Of the positions from..to those that the filter asks for and the caller may see, in order, and every one that has lost its entry. */
  async between(tx: TenantTx, from: number, to: number, { from: since, until, types, instanceId }: EntryFilter): Promise<PositionedEntry[]> {
    const rows = await tx.query<Row[]>`
      SELECT at.position, j.id, j.instance_id, j.seq, j.type, j.occurred_at, j.actor, j.causation_id, j.data, j.personal
      FROM generate_series(${from}::bigint, ${to}::bigint) AS at(position)
      LEFT JOIN journal_positions p ON p.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND p.position = at.position
      LEFT JOIN journal j ON j.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND j.id = p.event_id
      LEFT JOIN instance_heads h ON h.tenant_id = j.tenant_id AND h.instance_id = j.instance_id
      WHERE j.id IS NULL OR ((j.instance_id IS NULL OR h.instance_id IS NOT NULL)
        AND (${since}::timestamptz IS NULL OR j.occurred_at >= ${since}::timestamptz)
        AND (${until}::timestamptz IS NULL OR j.occurred_at < ${until}::timestamptz)
        AND (${types}::text[] IS NULL OR j.type = ANY(${types}::text[]))
        AND (${instanceId && uuidOf(instanceId)}::uuid IS NULL OR j.instance_id = ${instanceId && uuidOf(instanceId)}::uuid))
      ORDER BY at.position`;
    const keys = await findKeys(this.keys, tx, rows);
    return rows.map((row) => toPositioned(tx, row, keys));
  }

  /** What the caller may see after a position, oldest first. */
  async after(tx: TenantTx, position: number, limit: number): Promise<StoredEntry[]> {
    return (await visibleAfter(tx, position, limit)).map((row) => storedEntryOf(tx.tenantId, row));
  }

  /** Of one instance: the entries of these kinds that have a position up to `most`, in the order in which they happened. */
  async ofInstance(tx: TenantTx, instanceId: InstanceId, most: number, types: readonly string[] | null, limit: number): Promise<StoredEntry[]> {
    const rows = await tx.query<PositionedRow[]>`
      SELECT p.position, j.id, j.instance_id, j.seq, j.type, j.occurred_at, j.actor, j.causation_id, j.data, j.personal
      FROM journal j JOIN journal_positions p ON p.tenant_id = j.tenant_id AND p.event_id = j.id
      WHERE j.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND j.instance_id = ${uuidOf(instanceId)}::uuid AND p.position <= ${most}
        AND (${types}::text[] IS NULL OR j.type = ANY(${types}::text[]))
      ORDER BY j.seq DESC LIMIT ${limit}`;
    return rows.reverse().map((row) => storedEntryOf(tx.tenantId, row));
  }

  /** The newest position that was given. */
  async newest(tx: TenantTx): Promise<number> {
    const [head] = await tx.query<{ position: bigint }[]>`SELECT position FROM journal_heads WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return Number(head?.position ?? 0);
  }
}

function toPositioned(tx: TenantTx, row: Row, keys: Map<InstanceId, DataKey>): PositionedEntry {
  const position = Number(row.position);
  if (row.id === null) return { position, entry: null, personal: null };
  const entry = storedEntryOf(tx.tenantId, row);
  const key = entry.instanceId === null ? undefined : keys.get(entry.instanceId as InstanceId);
  if (!key || !entry.personal || entry.instanceId === null) return { position, entry, personal: null };
  return { position, entry, personal: disclosed(key, { tenantId: tx.tenantId, instanceId: entry.instanceId, id: entry.id }, entry.personal) };
}

/** What somebody changed does not open: it is shown as it is, and whoever checks it sees that it was altered. */
function disclosed(key: DataKey, place: Parameters<typeof disclosePersonal>[1], box: Uint8Array): DisclosedPersonal | null {
  try {
    return disclosePersonal(key, place, box);
  } catch {
    return null;
  }
}
