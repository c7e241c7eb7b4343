import { Injectable } from '@nestjs/common';
import { type Actor, type InstanceId, type TenantSql, uuidOf } from '#libs/contracts';

/** Other times than the rules', for one instance. Durations in ISO 8601; null: what the rule says. */
export interface Override {
  archiveAfter: string | null;
  purgeAfter: string | null;
  /** whether it counts, too, where it is shorter than the rule */
  mayShorten: boolean;
  setAt: Date;
  setBy: Actor;
}

interface OverrideRow {
  archive_after: string | null;
  purge_after: string | null;
  may_shorten: boolean;
  set_at: Date;
  set_by: Actor;
}

/** The table `retention_overrides`. */
@Injectable()
export class OverridesRepository {
  /** False when the instance is purged: of it nothing is kept any more. */
  async put(tx: TenantSql, instanceId: InstanceId, { archiveAfter, purgeAfter, mayShorten, setAt, setBy }: Override): Promise<boolean> {
    const put = await tx.execute`
      INSERT INTO retention_overrides (tenant_id, instance_id, archive_after, purge_after, may_shorten, set_at, set_by)
      SELECT tenant_id, id, ${archiveAfter}, ${purgeAfter}, ${mayShorten}, ${setAt}::timestamptz, ${JSON.stringify(setBy)}::jsonb FROM instances
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(instanceId)}::uuid AND lifecycle <> 'purged'
      ON CONFLICT (tenant_id, instance_id) DO UPDATE SET archive_after = excluded.archive_after, purge_after = excluded.purge_after,
        may_shorten = excluded.may_shorten, set_at = excluded.set_at, set_by = excluded.set_by`;
    return put > 0;
  }

  async find(tx: TenantSql, instanceId: InstanceId): Promise<Override | null> {
    const [row] = await tx.query<OverrideRow[]>`
      SELECT archive_after, purge_after, may_shorten, set_at, set_by FROM retention_overrides
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
    return row ? { archiveAfter: row.archive_after, purgeAfter: row.purge_after, mayShorten: row.may_shorten, setAt: row.set_at, setBy: row.set_by } : null;
  }

  /** False when there was none. */
  async clear(tx: TenantSql, instanceId: InstanceId): Promise<boolean> {
    const cleared = await tx.execute`
      DELETE FROM retention_overrides WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
    return cleared > 0;
  }
}
