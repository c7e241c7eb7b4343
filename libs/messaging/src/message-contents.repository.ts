import { Injectable } from '@nestjs/common';
import { idFrom, type InstanceId, NIL_UUID, type TenantId, type TenantSql, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';

/** How long the content of an instance's messages is kept. */
export interface ContentTerms {
  instanceId: InstanceId;
  /** Milliseconds; null: without a limit. */
  keepFor: number | null;
  /** Milliseconds since 1970, not to be looked at before; null: not until something changes. */
  from: number | null;
}

export interface DueContent {
  tenantId: TenantId;
  instanceId: InstanceId;
  dueAt: Date;
}

interface DueRow {
  tenant_id: string;
  instance_id: string;
  due_at: Date;
}

/** What messages say and whom they are with, by age; and the table `message_deadlines`. */
@Injectable()
export class MessageContentsRepository {
  constructor(private readonly database: Database) {}

  /** Under the lock of each instance. Says when the oldest content is due; what says the same stays untouched. */
  async plan(tx: TenantTx, terms: readonly ContentTerms[]): Promise<void> {
    const rows = terms.map(({ instanceId, keepFor, from }) => ({ instance_id: uuidOf(instanceId), keep_ms: keepFor, look_from: from === null ? null : from / 1000 }));
    await tx.execute`
      WITH wanted AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(instance_id uuid, keep_ms bigint, look_from double precision)),
      unlimited AS (
        DELETE FROM message_deadlines d USING wanted w
        WHERE d.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND d.instance_id = w.instance_id AND w.keep_ms IS NULL)
      INSERT INTO message_deadlines AS d (tenant_id, instance_id, keep_ms, due_at)
      SELECT ${uuidOf(tx.tenantId)}::uuid, w.instance_id, w.keep_ms, GREATEST(oldest.sent_at + w.keep_ms * interval '1 millisecond', to_timestamp(oldest.look_from))
      FROM wanted w LEFT JOIN LATERAL (
        SELECT m.sent_at, w.look_from FROM messages m
        WHERE m.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND m.instance_id = w.instance_id AND m.content IS NOT NULL AND w.look_from IS NOT NULL
        ORDER BY m.sent_at LIMIT 1) AS oldest ON true
      WHERE w.keep_ms IS NOT NULL
      ON CONFLICT (tenant_id, instance_id) DO UPDATE SET keep_ms = excluded.keep_ms, due_at = excluded.due_at
      WHERE (d.keep_ms, d.due_at) IS DISTINCT FROM (excluded.keep_ms, excluded.due_at)`;
  }

  /**
   * Of all tenants, whose oldest content is due, the longest due first, after a row (null: from the first). Only read: each is decided again
   * under its lock. None while the kill switch or a platform hold is on: then not even the index is looked at.
   */
  async due(after: DueContent | null, limit: number): Promise<DueContent[]> {
    const rows = await this.database.acrossTenants('the sweep serves all tenants', (tx) => tx.query<DueRow[]>`
      SELECT tenant_id, instance_id, due_at FROM message_deadlines
      WHERE due_at <= (SELECT tenure_now()) AND NOT (SELECT kill_switch FROM platform_state) AND NOT EXISTS (SELECT 1 FROM platform_holds WHERE released_at IS NULL)
        AND (due_at, instance_id) > (${after?.dueAt ?? '-infinity'}::timestamptz, ${after ? uuidOf(after.instanceId) : NIL_UUID}::uuid)
      ORDER BY due_at, instance_id LIMIT ${limit}`);
    return rows.map(({ tenant_id, instance_id, due_at }) => ({ tenantId: idFrom('ten', tenant_id), instanceId: idFrom('ins', instance_id), dueAt: due_at }));
  }

  /** Under the instance's lock: the oldest, at most so many, of what was sent until then. Returns how many. */
  erase(tx: TenantTx, instanceId: InstanceId, sentUntil: Date, at: Date, limit: number): Promise<number> {
    return tx.execute`
      UPDATE messages SET content = NULL, original = NULL, content_erased_at = ${at}::timestamptz
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND id IN (
        SELECT id FROM messages
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND content IS NOT NULL AND sent_at <= ${sentUntil}::timestamptz
        ORDER BY sent_at, id LIMIT ${limit})`;
  }

  /** Of a purged instance there is no content to be due. */
  async forget(tx: TenantSql, instanceId: InstanceId): Promise<void> {
    await tx.execute`DELETE FROM message_deadlines WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }
}
