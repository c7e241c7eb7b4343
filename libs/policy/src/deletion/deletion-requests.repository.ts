import { Injectable } from '@nestjs/common';
import { type Actor, type DeletionRequestId, type Environment, idFrom, type InstanceId, type KeyId, type PurgeId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { WouldRemove } from './would-remove.js';

export type DeletionStatus = 'open' | 'confirmed' | 'cancelled';

/** What a person asked to be deleted. */
export interface DeletionRequest {
  id: DeletionRequestId;
  instanceId: InstanceId;
  environment: Environment;
  /** of the instance when it was asked for: another one needs another request */
  instanceVersion: number;
  wouldRemove: WouldRemove;
  requestedAt: Date;
  requestedBy: Actor;
  keyId: KeyId;
  tokenHash: Buffer;
  tokenUntil: Date;
  status: DeletionStatus;
  purgeId: PurgeId | null;
}

interface DeletionRow {
  id: string;
  instance_id: string;
  environment: Environment;
  instance_version: number;
  would_remove: WouldRemove;
  requested_at: Date;
  requested_by: Actor;
  key_id: string;
  token_hash: Uint8Array;
  token_until: Date;
  token_over: boolean;
  status: DeletionStatus;
  purge_id: string | null;
}

/** The table `deletion_requests`. */
@Injectable()
export class DeletionRequestsRepository {
  /** The token is good for ten minutes of the real clock; gives until when. */
  async insert(tx: TenantTx, request: Omit<DeletionRequest, 'tokenUntil' | 'status' | 'purgeId'>): Promise<Date> {
    const { id, instanceId, environment, instanceVersion, wouldRemove, requestedAt, requestedBy, keyId, tokenHash } = request;
    const [row] = await tx.query<{ token_until: Date }[]>`
      INSERT INTO deletion_requests (tenant_id, id, instance_id, environment, instance_version, would_remove, requested_at, requested_by, key_id, token_hash, token_until)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${uuidOf(instanceId)}::uuid, ${environment}, ${instanceVersion}, ${JSON.stringify(wouldRemove)}::jsonb,
              ${requestedAt}::timestamptz, ${JSON.stringify(requestedBy)}::jsonb, ${uuidOf(keyId)}::uuid, ${tokenHash}, clock_timestamp() + interval '10 minutes')
      RETURNING token_until`;
    return row!.token_until;
  }

  async find(tx: TenantTx, id: DeletionRequestId): Promise<(DeletionRequest & { tokenOver: boolean }) | null> {
    const [row] = await tx.query<DeletionRow[]>`
      SELECT *, token_until <= clock_timestamp() AS token_over FROM deletion_requests
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return row ? { ...toRequest(row), tokenOver: row.token_over } : null;
  }

  /** Newest first, before an id (null: from the newest). */
  async list(tx: TenantTx, instanceId: InstanceId | null, before: DeletionRequestId | null, limit: number): Promise<DeletionRequest[]> {
    const rows = await tx.query<DeletionRow[]>`
      SELECT * FROM deletion_requests
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${instanceId && uuidOf(instanceId)}::uuid IS NULL OR instance_id = ${instanceId && uuidOf(instanceId)}::uuid)
        AND (${before && uuidOf(before)}::uuid IS NULL OR id < ${before && uuidOf(before)}::uuid)
      ORDER BY id DESC LIMIT ${limit}`;
    return rows.map(toRequest);
  }

  /** Under the instance's lock. */
  async settle(tx: TenantTx, id: DeletionRequestId, status: Exclude<DeletionStatus, 'open'>, purgeId: PurgeId | null): Promise<void> {
    await tx.execute`
      UPDATE deletion_requests SET status = ${status}, purge_id = COALESCE(${purgeId && uuidOf(purgeId)}::uuid, purge_id)
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
  }
}

function toRequest(row: DeletionRow): DeletionRequest {
  return {
    id: idFrom('del', row.id),
    instanceId: idFrom('ins', row.instance_id),
    environment: row.environment,
    instanceVersion: row.instance_version,
    wouldRemove: row.would_remove,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    keyId: idFrom('key', row.key_id),
    tokenHash: Buffer.from(row.token_hash),
    tokenUntil: row.token_until,
    status: row.status,
    purgeId: row.purge_id === null ? null : idFrom('pur', row.purge_id),
  };
}
