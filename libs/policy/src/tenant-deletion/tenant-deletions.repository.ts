import { Injectable } from '@nestjs/common';
import { type Actor, type DeletionRequestId, type EventId, idFrom, type InstanceId, type KeyId, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';

export type TenantDeletionStatus = 'open' | 'confirmed' | 'cancelled' | 'deleted';

/** What the operator is shown before they confirm. */
export interface TenantWouldRemove {
  instances: number;
  holds: number;
  keys: number;
}

/** A tenant that the operator asked to be deleted. */
export interface TenantDeletion {
  id: DeletionRequestId;
  tenantId: TenantId;
  /** of the tenant when it was asked for: another one needs another request */
  tenantVersion: number;
  wouldRemove: TenantWouldRemove;
  requestedAt: Date;
  requestedBy: Actor;
  keyId: KeyId;
  tokenHash: Buffer;
  tokenUntil: Date;
  tokenOver: boolean;
  status: TenantDeletionStatus;
  wasSuspended: boolean | null;
  confirmedAt: Date | null;
  /** the entry that says so; null: it never was, or before it was noted */
  confirmedEvent: EventId | null;
  endedAt: Date | null;
  /** how many of its instances */
  scheduled: number;
  /** what stands in the way of the others, how often */
  reasons: Record<string, number>;
}

export type NewTenantDeletion = Pick<TenantDeletion, 'id' | 'tenantVersion' | 'wouldRemove' | 'requestedAt' | 'requestedBy' | 'keyId' | 'tokenHash'>;

/** One whose grace runs. */
export interface OpenTenantDeletion {
  tenantId: TenantId;
  id: DeletionRequestId;
}

interface DeletionRow {
  id: string;
  tenant_version: number;
  would_remove: TenantWouldRemove;
  requested_at: Date;
  requested_by: Actor;
  key_id: string;
  token_hash: Uint8Array;
  token_until: Date;
  token_over: boolean;
  status: TenantDeletionStatus;
  was_suspended: boolean | null;
  confirmed_at: Date | null;
  confirmed_event: string | null;
  ended_at: Date | null;
  scheduled: number;
  reasons: Record<string, number> | null;
}

/** How many are shown: a tenant is asked to be deleted once, and sometimes twice. */
const SHOWN = 20;
/** Of the tenant itself; that of each instance is decide()'s. */
const GRACE_DAYS = 30;

/** The tables `tenant_deletions` and `tenant_deletion_members`. */
@Injectable()
export class TenantDeletionsRepository {
  constructor(private readonly database: Database) {}

  /** The token is good for ten minutes of the real clock. */
  async insert(tx: TenantTx, { id, tenantVersion, wouldRemove, requestedAt, requestedBy, keyId, tokenHash }: NewTenantDeletion): Promise<void> {
    await tx.execute`
      INSERT INTO tenant_deletions (tenant_id, id, tenant_version, would_remove, requested_at, requested_by, key_id, token_hash, token_until)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${tenantVersion}, ${JSON.stringify(wouldRemove)}::jsonb, ${requestedAt}::timestamptz,
              ${JSON.stringify(requestedBy)}::jsonb, ${uuidOf(keyId)}::uuid, ${tokenHash}, clock_timestamp() + interval '10 minutes')`;
  }

  async weigh(tx: TenantTx): Promise<TenantWouldRemove> {
    const [row] = await tx.query<[TenantWouldRemove]>`
      SELECT (SELECT count(*)::int FROM instance_overview WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND lifecycle <> 'purged') AS instances,
             (SELECT count(*)::int FROM active_holds WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid) AS holds,
             (SELECT count(*)::int FROM api_keys WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND revoked_at IS NULL) AS keys`;
    return row;
  }

  /** Newest first. */
  async list(tx: TenantTx): Promise<TenantDeletion[]> {
    const rows = await tx.query<DeletionRow[]>`
      SELECT d.*, d.token_until <= clock_timestamp() AS token_over,
             (SELECT count(*)::int FROM tenant_deletion_members m WHERE m.tenant_id = d.tenant_id AND m.deletion_id = d.id AND m.scheduled_at IS NOT NULL) AS scheduled,
             (SELECT jsonb_object_agg(r.reason, r.n) FROM (
                SELECT m.reason, count(*)::int AS n FROM tenant_deletion_members m
                WHERE m.tenant_id = d.tenant_id AND m.deletion_id = d.id AND m.scheduled_at IS NULL AND m.reason IS NOT NULL GROUP BY 1) AS r) AS reasons
      FROM tenant_deletions d WHERE d.tenant_id = ${uuidOf(tx.tenantId)}::uuid ORDER BY d.id DESC LIMIT ${SHOWN}`;
    return rows.map((row) => toDeletion(tx.tenantId, row));
  }

  /** With exactly the instances that are there now. Gives how many those are. */
  async confirm(tx: TenantTx, id: DeletionRequestId, wasSuspended: boolean, at: Date): Promise<number> {
    await tx.execute`
      UPDATE tenant_deletions SET status = 'confirmed', was_suspended = ${wasSuspended}, confirmed_at = ${at}::timestamptz, look_at = ${at}::timestamptz
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return tx.execute`
      INSERT INTO tenant_deletion_members (tenant_id, deletion_id, instance_id)
      SELECT tenant_id, ${uuidOf(id)}::uuid, id FROM instance_overview WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND lifecycle <> 'purged'`;
  }

  /** The entry that says so: what is done about it names that as its cause. */
  async noteConfirmed(tx: TenantTx, id: DeletionRequestId, event: EventId): Promise<void> {
    await tx.execute`
      UPDATE tenant_deletions SET confirmed_event = ${uuidOf(event)}::uuid WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
  }

  async end(tx: TenantTx, id: DeletionRequestId, status: 'cancelled' | 'deleted', at: Date): Promise<void> {
    await tx.execute`
      UPDATE tenant_deletions SET status = ${status}, ended_at = ${at}::timestamptz, look_at = NULL
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
  }

  /** Of all tenants, those to be looked at now. */
  async ready(limit: number): Promise<OpenTenantDeletion[]> {
    const rows = await this.database.acrossTenants('deletions of all tenants are carried out by one sweep', (tx) => tx.query<{ tenant_id: string; id: string }[]>`
      SELECT tenant_id, id FROM tenant_deletions WHERE status = 'confirmed' AND look_at <= (SELECT tenure_now()) ORDER BY look_at LIMIT ${limit}`);
    return rows.map(({ tenant_id, id }) => ({ tenantId: idFrom('ten', tenant_id), id: idFrom('del', id) }));
  }

  async lookAgain(tx: TenantTx, id: DeletionRequestId, seconds: number): Promise<void> {
    await tx.execute`
      UPDATE tenant_deletions SET look_at = tenure_now() + ${seconds}::double precision * interval '1 second'
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid AND status = 'confirmed'`;
  }

  /** Members whose removal is not scheduled yet, or not any more: a connection that was being made has voided it. After one (null: from the first). */
  async left(tx: TenantTx, id: DeletionRequestId, after: InstanceId | null, limit: number): Promise<InstanceId[]> {
    const rows = await tx.query<{ instance_id: string }[]>`
      SELECT m.instance_id FROM tenant_deletion_members m
      WHERE m.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND m.deletion_id = ${uuidOf(id)}::uuid
        AND (m.scheduled_at IS NULL
             OR NOT EXISTS (SELECT 1 FROM purges p WHERE p.tenant_id = m.tenant_id AND p.instance_id = m.instance_id AND p.status IN ('scheduled', 'purged')))
        AND (${after && uuidOf(after)}::uuid IS NULL OR m.instance_id > ${after && uuidOf(after)}::uuid) ORDER BY m.instance_id LIMIT ${limit}`;
    return rows.map(({ instance_id }) => idFrom('ins', instance_id));
  }

  /** `at` null: something stands in the way. */
  async note(tx: TenantTx, id: DeletionRequestId, instanceId: InstanceId, at: Date | null, reason: string | null): Promise<void> {
    await tx.execute`
      UPDATE tenant_deletion_members SET scheduled_at = ${at}::timestamptz, reason = ${reason}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND deletion_id = ${uuidOf(id)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }

  /**
   * Whether its grace is over, nobody has stopped removals, the clock is trusted, and nothing of any instance is left, also of one that nobody
   * had counted. To be asked after the platform's gate.
   */
  async isReadyToEnd(tx: TenantTx, id: DeletionRequestId): Promise<boolean> {
    const [row] = await tx.query<{ ready: boolean }[]>`
      SELECT d.confirmed_at + ${GRACE_DAYS}::double precision * interval '1 day' <= clock.now AND NOT p.kill_switch
         AND cardinality(tenure_quarantined_environments()) = 0
         AND NOT EXISTS (SELECT 1 FROM instance_overview i WHERE i.tenant_id = d.tenant_id AND i.lifecycle <> 'purged')
         AND NOT EXISTS (SELECT 1 FROM purge_certificates c WHERE c.tenant_id = d.tenant_id AND c.rows_erased_at IS NULL)
         AND NOT EXISTS (SELECT 1 FROM active_holds h WHERE h.tenant_id = d.tenant_id)
         AND NOT EXISTS (SELECT 1 FROM platform_holds h WHERE h.released_at IS NULL) AS ready
      FROM tenant_deletions d CROSS JOIN platform_state p CROSS JOIN (SELECT tenure_now() AS now) AS clock
      WHERE d.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND d.id = ${uuidOf(id)}::uuid`;
    return row?.ready === true;
  }
}

function toDeletion(tenantId: TenantId, row: DeletionRow): TenantDeletion {
  return {
    id: idFrom('del', row.id),
    tenantId,
    tenantVersion: row.tenant_version,
    wouldRemove: row.would_remove,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    keyId: idFrom('key', row.key_id),
    tokenHash: Buffer.from(row.token_hash),
    tokenUntil: row.token_until,
    tokenOver: row.token_over,
    status: row.status,
    wasSuspended: row.was_suspended,
    confirmedAt: row.confirmed_at,
    confirmedEvent: row.confirmed_event === null ? null : idFrom('evt', row.confirmed_event),
    endedAt: row.ended_at,
    scheduled: row.scheduled,
    reasons: row.reasons ?? {},
  };
}
