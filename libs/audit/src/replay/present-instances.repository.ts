import { type DesiredState, type Environment, idFrom, type InstanceId, type Lifecycle, NIL_UUID, type Reason, type RemovalIntent, type SettledState, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { type InstanceState, NO_CONNECTION } from './instance-state.js';

interface PresentRow {
  id: string;
  seq: bigint;
  environment: Environment;
  lifecycle: Lifecycle;
  lifecycle_from: Lifecycle | null;
  purge_id: string | null;
  purge_intent: RemovalIntent | null;
  has_key: boolean;
  cycle: number;
  name: string | null;
  labels: Record<string, string>;
  deletion_protection: boolean;
  desired_state: DesiredState;
  settled_state: SettledState | null;
  settled_reason: Reason | null;
  phone_number: string | null;
  holds: string[];
  override: InstanceState['override'];
}

/** Instances as the tables have them now. */
export class PresentInstancesRepository {
  /** After one (null: from the first), in the order of their ids, those that there are and those of which only the journal knows. */
  async known(tx: TenantTx, after: InstanceId | null, limit: number): Promise<InstanceId[]> {
    const [tenant, last] = [uuidOf(tx.tenantId), after === null ? NIL_UUID : uuidOf(after)];
    // of the journal one entry of each, by the index: however many there are, it reads one
    const rows = await tx.query<{ id: string }[]>`
      WITH RECURSIVE told(id) AS (
        (SELECT instance_id FROM journal WHERE tenant_id = ${tenant}::uuid AND instance_id > ${last}::uuid ORDER BY instance_id LIMIT 1)
        UNION ALL
        SELECT (SELECT j.instance_id FROM journal j WHERE j.tenant_id = ${tenant}::uuid AND j.instance_id > told.id ORDER BY j.instance_id LIMIT 1)
        FROM told WHERE told.id IS NOT NULL)
      SELECT id FROM (
        (SELECT id FROM told WHERE id IS NOT NULL LIMIT ${limit}) UNION
        (SELECT instance_id FROM instance_heads WHERE tenant_id = ${tenant}::uuid AND instance_id > ${last}::uuid ORDER BY instance_id LIMIT ${limit})) AS both_of_them
      ORDER BY id LIMIT ${limit}`;
    return rows.map(({ id }) => idFrom('ins', id));
  }

  async of(tx: TenantTx, instanceIds: InstanceId[]): Promise<Map<InstanceId, InstanceState>> {
    const rows = await tx.query<PresentRow[]>`
      SELECT i.id, h.seq, i.environment, i.lifecycle, i.lifecycle_from, p.id AS purge_id, i.purge_intent, k.instance_id IS NOT NULL AS has_key, h.cycle,
             i.name, i.labels, i.deletion_protection, i.desired_state, c.settled_state, c.settled_reason, c.phone_number,
             ARRAY(SELECT a.id::text FROM active_holds a WHERE a.tenant_id = i.tenant_id AND a.instance_id = i.id) AS holds,
             CASE WHEN o.instance_id IS NOT NULL THEN jsonb_build_object(
               'archiveAfter', o.archive_after, 'purgeAfter', o.purge_after, 'mayShorten', o.may_shorten) END AS override
      FROM instances i JOIN instance_heads h ON h.tenant_id = i.tenant_id AND h.instance_id = i.id
      LEFT JOIN instance_payload k ON k.tenant_id = i.tenant_id AND k.instance_id = i.id
      LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
      LEFT JOIN retention_overrides o ON o.tenant_id = i.tenant_id AND o.instance_id = i.id
      LEFT JOIN purges p ON p.tenant_id = i.tenant_id AND p.instance_id = i.id
        AND p.status = CASE i.lifecycle WHEN 'purged' THEN 'purged' ELSE 'scheduled' END
      WHERE i.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND i.id = ANY(${instanceIds.map(uuidOf)}::uuid[])`;
    return new Map(rows.map((row): [InstanceId, InstanceState] => [idFrom('ins', row.id), toState(row)]));
  }
}

function toState(row: PresentRow): InstanceState {
  return {
    ...{ seq: Number(row.seq), environment: row.environment, lifecycle: row.lifecycle, lifecycleFrom: row.lifecycle_from },
    ...{ purgeId: row.purge_id === null ? null : idFrom('pur', row.purge_id), purgeIntent: row.purge_intent, hasKey: row.has_key, cycle: row.cycle },
    ...{ name: row.name, labels: row.labels, deletionProtection: row.deletion_protection, desiredState: row.desired_state },
    ...(row.settled_state === null ? NO_CONNECTION : { settledState: row.settled_state, settledReason: row.settled_reason, phoneNumber: row.phone_number }),
    ...{ holds: row.holds.map((id) => idFrom('hld', id)).sort(), override: row.override },
  };
}
