import { Injectable } from '@nestjs/common';
import {
  type ConnectionState,
  type DesiredState,
  type Environment,
  idFrom,
  type InstanceId,
  type Lifecycle,
  type Reason,
  type RetentionAction,
  uuidOf,
} from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { InstanceOverview, Labels } from './instance.js';

/** All given ones must hold. */
export interface InstanceFilter {
  environment?: Environment;
  connection?: ConnectionState;
  reason?: Reason;
  lifecycle?: Lifecycle;
  /** a label's key, with its value or with any */
  label?: { key: string; value: string | null };
  /** normalized, exact */
  nameKey?: string;
  /** normalized, anywhere in the name */
  nameContains?: string;
}

interface OverviewRow {
  id: string;
  tenant_id: string;
  environment: Environment;
  name: string | null;
  labels: Labels;
  deletion_protection: boolean;
  desired_state: DesiredState;
  lifecycle: Lifecycle;
  created_at: Date;
  updated_at: Date;
  version: number;
  connection_state: ConnectionState;
  connection_reason: Reason | null;
  connection_since: Date;
  phone_number: string | null;
  profile_name: string | null;
  owner_node: string | null;
  next_action: RetentionAction | null;
  next_due_at: Date | null;
  rule_id: string | null;
}

/** The one truth of a read: lists and single reads are rows of the same view. */
@Injectable()
export class InstanceOverviewsRepository {
  async find(tx: TenantTx, id: InstanceId): Promise<InstanceOverview | null> {
    const [row] = await tx.query<OverviewRow[]>`
      SELECT tenant_id, id, environment, name, labels, deletion_protection, desired_state, lifecycle, created_at, updated_at, version,
             connection_state, connection_reason, connection_since, phone_number, profile_name, owner_node, next_action, next_due_at, rule_id
      FROM instance_overview WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return row ? toOverview(row) : null;
  }

  /** Newest first, before an id (null: from the newest). Purged ones are not listed unless asked for. */
  async list(tx: TenantTx, filter: InstanceFilter, before: InstanceId | null, limit: number): Promise<InstanceOverview[]> {
    const { environment, connection, reason, lifecycle, label, nameKey, nameContains } = filter;
    // `*` also keeps the statement from being planned once for all: each set of filters wants a plan of its own
    const rows = await tx.query<OverviewRow[]>`
      SELECT * FROM instance_overview
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid
        AND (${before && uuidOf(before)}::uuid IS NULL OR id < ${before && uuidOf(before)}::uuid)
        AND (${environment ?? null}::text IS NULL OR environment = ${environment ?? null})
        AND (${connection ?? null}::text IS NULL OR connection_state = ${connection ?? null})
        AND (${reason ?? null}::text IS NULL OR connection_reason = ${reason ?? null})
        AND (CASE WHEN ${lifecycle ?? null}::text IS NULL THEN lifecycle <> 'purged' ELSE lifecycle = ${lifecycle ?? null} END)
        AND (${label?.key ?? null}::text IS NULL OR labels ? ${label?.key ?? null}::text)
        AND (${label?.value ?? null}::text IS NULL OR labels ->> ${label?.key ?? null}::text = ${label?.value ?? null})
        AND (${nameKey ?? null}::text IS NULL OR name_key = ${nameKey ?? null})
        AND (${nameContains ?? null}::text IS NULL OR strpos(name_key, ${nameContains ?? null}) > 0)
      ORDER BY id DESC LIMIT ${limit}`;
    return rows.map(toOverview);
  }
}

function toOverview(row: OverviewRow): InstanceOverview {
  return {
    id: idFrom('ins', row.id),
    tenantId: idFrom('ten', row.tenant_id),
    name: row.name,
    labels: row.labels,
    environment: row.environment,
    deletionProtection: row.deletion_protection,
    desiredState: row.desired_state,
    lifecycle: row.lifecycle,
    connection: {
      state: row.connection_state,
      reason: row.connection_reason,
      since: row.connection_since,
      phoneNumber: row.phone_number,
      profileName: row.profile_name,
      ownerNode: row.owner_node === null ? null : idFrom('nod', row.owner_node),
    },
    retention: { nextAction: row.next_action, dueAt: row.next_due_at, ruleId: row.rule_id },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
