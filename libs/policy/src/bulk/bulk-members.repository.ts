import { Injectable } from '@nestjs/common';
import { type BulkRequestId, idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { BulkMember, BulkResult, BulkTally } from './bulk-request.js';

interface ResultRow {
  instance_id: string;
  outcome: 'done' | 'refused' | null;
  reason: string | null;
  purge_id: string | null;
}

/** The table `bulk_request_members`: the set, which never changes, and how each fared. */
@Injectable()
export class BulkMembersRepository {
  async insert(tx: TenantTx, id: BulkRequestId, members: readonly BulkMember[]): Promise<void> {
    await tx.execute`
      INSERT INTO bulk_request_members (tenant_id, request_id, instance_id, version)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${uuidOf(id)}::uuid, m.* FROM unnest(
        ${members.map(({ instanceId }) => uuidOf(instanceId))}::uuid[], ${members.map(({ version }) => version)}::integer[]) AS m`;
  }

  /** Those that have not had their turn. */
  async left(tx: TenantTx, id: BulkRequestId, limit: number): Promise<BulkMember[]> {
    const rows = await tx.query<{ instance_id: string; version: number }[]>`
      SELECT instance_id, version FROM bulk_request_members
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND request_id = ${uuidOf(id)}::uuid AND outcome IS NULL ORDER BY instance_id LIMIT ${limit}`;
    return rows.map(({ instance_id, version }) => ({ instanceId: idFrom('ins', instance_id), version }));
  }

  /** In the transaction that did it. False when the request is not under way any more, or the turn was had: then nothing of it may be done. */
  note(tx: TenantTx, id: BulkRequestId, instanceId: InstanceId, { outcome, reason, purgeId }: Omit<BulkResult, 'instanceId'>): Promise<boolean> {
    return tx.execute`
      WITH under_way AS MATERIALIZED (
        SELECT 1 FROM bulk_requests WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid AND status = 'running' FOR SHARE)
      UPDATE bulk_request_members SET outcome = ${outcome}, reason = ${reason}, purge_id = ${purgeId && uuidOf(purgeId)}::uuid
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND request_id = ${uuidOf(id)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
        AND outcome IS NULL AND EXISTS (SELECT 1 FROM under_way)`.then((noted) => noted > 0);
  }

  /** In the order of their ids, after one (null: from the first). */
  async list(tx: TenantTx, id: BulkRequestId, after: InstanceId | null, limit: number): Promise<BulkResult[]> {
    const rows = await tx.query<ResultRow[]>`
      SELECT instance_id, outcome, reason, purge_id FROM bulk_request_members
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND request_id = ${uuidOf(id)}::uuid
        AND (${after && uuidOf(after)}::uuid IS NULL OR instance_id > ${after && uuidOf(after)}::uuid)
      ORDER BY instance_id LIMIT ${limit}`;
    return rows.map(({ instance_id, purge_id, ...rest }) => ({ ...rest, instanceId: idFrom('ins', instance_id), purgeId: purge_id === null ? null : idFrom('pur', purge_id) }));
  }

  async tally(tx: TenantTx, id: BulkRequestId): Promise<BulkTally> {
    const rows = await tx.query<{ outcome: 'done' | 'refused'; reason: string | null; n: number }[]>`
      SELECT outcome, reason, count(*)::int AS n FROM bulk_request_members
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND request_id = ${uuidOf(id)}::uuid AND outcome IS NOT NULL GROUP BY 1, 2`;
    const refused = rows.filter(({ reason }) => reason !== null);
    return {
      done: rows.find(({ outcome }) => outcome === 'done')?.n ?? 0,
      refused: refused.reduce((total, { n }) => total + n, 0),
      reasons: Object.fromEntries(refused.map(({ reason, n }) => [reason!, n])),
    };
  }
}
