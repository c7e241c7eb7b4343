import { Injectable } from '@nestjs/common';
import { type Actor, type BulkRequestId, type Environment, type EventId, idFrom, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import type { BulkAction, BulkRequest, BulkStatus } from './bulk-request.js';

/** One with something to do. */
export interface OpenBulk {
  tenantId: TenantId;
  id: BulkRequestId;
}

interface BulkRow {
  id: string;
  environment: Environment;
  action: BulkAction;
  instances: number;
  would_refuse: Record<string, number>;
  requested_at: Date;
  requested_by: Actor;
  key_id: string;
  token_hash: Uint8Array;
  token_until: Date;
  token_over: boolean;
  status: BulkStatus;
  confirmed_event: string | null;
  ended_at: Date | null;
}

/** The table `bulk_requests`. */
@Injectable()
export class BulkRequestsRepository {
  constructor(private readonly database: Database) {}

  /** The token is good for ten minutes of the real clock; gives until when. */
  async insert(tx: TenantTx, request: Omit<BulkRequest, 'tokenUntil' | 'status' | 'confirmedEvent' | 'endedAt'>): Promise<Date> {
    const { id, environment, action, instances, wouldRefuse, requestedAt, requestedBy, keyId, tokenHash } = request;
    const [row] = await tx.query<{ token_until: Date }[]>`
      INSERT INTO bulk_requests (tenant_id, id, environment, action, instances, would_refuse, requested_at, requested_by, key_id, token_hash, token_until)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, ${environment}, ${action}, ${instances}, ${JSON.stringify(wouldRefuse)}::jsonb,
              ${requestedAt}::timestamptz, ${JSON.stringify(requestedBy)}::jsonb, ${uuidOf(keyId)}::uuid, ${tokenHash}, clock_timestamp() + interval '10 minutes')
      RETURNING token_until`;
    return row!.token_until;
  }

  async find(tx: TenantTx, id: BulkRequestId): Promise<(BulkRequest & { tokenOver: boolean }) | null> {
    const [row] = await tx.query<BulkRow[]>`
      SELECT *, token_until <= clock_timestamp() AS token_over FROM bulk_requests
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return row ? { ...toRequest(row), tokenOver: row.token_over } : null;
  }

  /** Newest first, before an id (null: from the newest). */
  async list(tx: TenantTx, before: BulkRequestId | null, limit: number): Promise<BulkRequest[]> {
    const rows = await tx.query<BulkRow[]>`
      SELECT *, false AS token_over FROM bulk_requests
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${before && uuidOf(before)}::uuid IS NULL OR id < ${before && uuidOf(before)}::uuid)
      ORDER BY id DESC LIMIT ${limit}`;
    return rows.map(toRequest);
  }

  /** Of all tenants, those that are under way. */
  async running(limit: number): Promise<OpenBulk[]> {
    const rows = await this.database.acrossTenants('requests of all tenants are carried out by one sweep', (tx) => tx.query<{ tenant_id: string; id: string }[]>`
      SELECT tenant_id, id FROM bulk_requests WHERE status = 'running' ORDER BY id LIMIT ${limit}`);
    return rows.map(({ tenant_id, id }) => ({ tenantId: idFrom('ten', tenant_id), id: idFrom('blk', id) }));
  }

  /** The entry that says so: what is done about it names that as its cause. */
  async noteConfirmed(tx: TenantTx, id: BulkRequestId, event: EventId): Promise<void> {
    await tx.execute`
      UPDATE bulk_requests SET confirmed_event = ${uuidOf(event)}::uuid WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
  }

  /** False when it does not stand there any more. Whoever ends one waits for the turn that an instance has. */
  async settle(tx: TenantTx, id: BulkRequestId, from: readonly BulkStatus[], to: BulkStatus, at: Date): Promise<boolean> {
    const settled = await tx.execute`
      UPDATE bulk_requests SET status = ${to}, ended_at = CASE WHEN ${to !== 'running'} THEN ${at}::timestamptz END
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid AND status = ANY(${[...from]}::text[])`;
    return settled > 0;
  }
}

function toRequest(row: BulkRow): BulkRequest {
  const { environment, action, instances, status } = row;
  return {
    ...{ environment, action, instances, status },
    id: idFrom('blk', row.id),
    wouldRefuse: row.would_refuse,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    keyId: idFrom('key', row.key_id),
    tokenHash: Buffer.from(row.token_hash),
    tokenUntil: row.token_until,
    confirmedEvent: row.confirmed_event === null ? null : idFrom('evt', row.confirmed_event),
    endedAt: row.ended_at,
  };
}
