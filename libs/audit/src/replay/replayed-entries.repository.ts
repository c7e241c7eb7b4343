import { idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import { type DataKey, disclosePersonal, type InstanceKeys, type TenantTx } from '#libs/platform';
import type { ReplayedEntry } from './replayed-entry.js';

interface EntryRow {
  id: string;
  instance_id: string;
  seq: bigint;
  type: string;
  data: Record<string, unknown>;
  personal: Uint8Array | null;
}

/** At a time: an instance may have any number of entries. */
const PAGE = 1_000;

/** The journal in the order of what happened to each instance. */
export class ReplayedEntriesRepository {
  constructor(private readonly keys: InstanceKeys) {}

  /** Of the instances from one to another, those with a position and those that wait for it. */
  async *between(tx: TenantTx, first: InstanceId, last: InstanceId, instanceIds: InstanceId[]): AsyncGenerator<[InstanceId, ReplayedEntry]> {
    const keys = await this.keys.findAll(tx, instanceIds);
    let rows: EntryRow[];
    let [instance, seq] = [uuidOf(first), 0n];
    do {
      rows = await tx.query<EntryRow[]>`
        SELECT id, instance_id, seq, type, data, personal FROM journal
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (instance_id, seq) > (${instance}::uuid, ${seq}::bigint) AND instance_id <= ${uuidOf(last)}::uuid
        ORDER BY instance_id, seq LIMIT ${PAGE}`;
      for (const row of rows) yield toReplayed(tx, row, keys);
      ({ instance_id: instance, seq } = rows.at(-1) ?? { instance_id: instance, seq });
    } while (rows.length === PAGE);
  }
}

function toReplayed(tx: TenantTx, row: EntryRow, keys: Map<InstanceId, DataKey>): [InstanceId, ReplayedEntry] {
  const instanceId = idFrom('ins', row.instance_id);
  const { type, data } = row;
  return [instanceId, { seq: Number(row.seq), type, data, personal: openOf(tx, row, instanceId, keys.get(instanceId)) }];
}

function openOf({ tenantId }: TenantTx, { id, personal }: EntryRow, instanceId: InstanceId, key: DataKey | undefined): ReplayedEntry['personal'] {
  if (!personal || !key) return null;
  try {
    return JSON.parse(disclosePersonal(key, { tenantId, instanceId, id: idFrom('evt', id) }, personal).plain.toString()) as Record<string, unknown>;
  } catch {
    return 'unreadable';
  }
}
