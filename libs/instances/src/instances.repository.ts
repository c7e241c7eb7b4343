import { Injectable } from '@nestjs/common';
import { type DesiredState, type Environment, type InstanceId, type Lifecycle, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { InstanceChange, Labels, Transition } from './instance.js';
import { nameKeyOf } from './name-key.js';

export interface NewInstance {
  id: InstanceId;
  environment: Environment;
  name: string;
  labels: Labels;
  deletionProtection: boolean;
}

/** The row itself, read under the instance's lock. */
export interface StoredInstance {
  name: string;
  labels: Labels;
  deletionProtection: boolean;
  desiredState: DesiredState;
  lifecycle: Lifecycle;
  /** it is scheduled to be removed, and a connection would not rescue it */
  isLeaving: boolean;
}

interface InstanceRow {
  name: string | null;
  labels: Labels;
  deletion_protection: boolean;
  desired_state: DesiredState;
  lifecycle: Lifecycle;
  is_leaving: boolean;
}

@Injectable()
export class InstancesRepository {
  /**
   * With its head, whose lock orders everything that happens to it from now on. False when the name is taken: then the head is to be rolled
   * back, and nothing of the other instance was touched.
   */
  async insert(tx: TenantTx, { id, environment, name, labels, deletionProtection }: NewInstance): Promise<boolean> {
    const head = tx.execute`
      INSERT INTO instance_heads (tenant_id, instance_id, environment) VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${environment})`;
    const instance = tx.execute`
      INSERT INTO instances (tenant_id, id, environment, name, name_key, labels, deletion_protection, lifecycle_since, created_at, updated_at)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${environment}, ${name}, ${nameKeyOf(name)}, ${JSON.stringify(labels)}::jsonb,
             ${deletionProtection}, now, now, now
      FROM date_trunc('milliseconds', tenure_now()) AS now
      ON CONFLICT (tenant_id, name_key) WHERE lifecycle <> 'purged' DO NOTHING`;
    const [, inserted] = await Promise.all([head, instance]);
    return inserted > 0;
  }

  async find(tx: TenantTx, id: InstanceId): Promise<StoredInstance | null> {
    const [row] = await tx.query<InstanceRow[]>`
      SELECT name, labels, deletion_protection, desired_state, lifecycle,
             lifecycle = 'purge_scheduled' AND (purge_intent <> 'rule' OR lifecycle_from = 'archived') AS is_leaving FROM instances
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return row
      ? {
          name: row.name ?? '',
          labels: row.labels,
          deletionProtection: row.deletion_protection,
          desiredState: row.desired_state,
          lifecycle: row.lifecycle,
          isLeaving: row.is_leaving,
        }
      : null;
  }

  /** A change by a person: counted in `version`. @throws a unique violation when the new name is taken */
  async change(tx: TenantTx, id: InstanceId, { name, labels, deletionProtection, desiredState }: InstanceChange, now: Date): Promise<void> {
    await tx.execute`
      UPDATE instances SET
        name = COALESCE(${name ?? null}::text, name),
        name_key = COALESCE(${name === undefined ? null : nameKeyOf(name)}::text, name_key),
        labels = COALESCE(${labels ? JSON.stringify(labels) : null}::jsonb, labels),
        labels_since = CASE WHEN ${labels !== undefined} THEN ${now}::timestamptz ELSE labels_since END,
        deletion_protection = COALESCE(${deletionProtection ?? null}::boolean, deletion_protection),
        desired_state = COALESCE(${desiredState ?? null}::text, desired_state),
        updated_at = ${now}, version = version + 1
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
  }

  /** A move of the lifecycle. False when the instance no longer stands where the move starts. A tombstone keeps nothing personal. */
  async move(tx: TenantTx, { instanceId, from, to, desiredState, purge }: Transition, now: Date): Promise<boolean> {
    const moved = await tx.execute`
      UPDATE instances SET lifecycle = ${to}, lifecycle_since = ${now}, desired_state = ${desiredState},
        lifecycle_from = ${purge ? from : null}, purge_intent = ${purge?.intent ?? null}, purge_cycle = ${purge?.cycle ?? null},
        restored_at = CASE WHEN ${from} = 'archived' AND ${to} = 'active' THEN ${now}::timestamptz ELSE restored_at END,
        cancelled_at = CASE WHEN ${from} = 'purge_scheduled' AND ${to} <> 'purged' THEN ${now}::timestamptz ELSE cancelled_at END,
        name = CASE WHEN ${to} <> 'purged' THEN name END, name_key = CASE WHEN ${to} <> 'purged' THEN name_key END,
        labels = CASE WHEN ${to} <> 'purged' THEN labels ELSE '{}' END,
        updated_at = ${now}, version = version + 1
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(instanceId)}::uuid AND lifecycle = ${from}`;
    return moved > 0;
  }
}
