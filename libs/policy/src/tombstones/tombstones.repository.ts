import { Injectable } from '@nestjs/common';
import { idFrom, uuidOf } from '#libs/contracts';
import { Database } from '#libs/platform';
import type { Tombstone } from './tombstone.js';

interface CertificateRow {
  id: string;
  tenant_id: string;
  instance_id: string;
  keys_destroyed_at: Date;
}

/** Of `purge_certificates`: which of them are in the file. */
@Injectable()
export class TombstonesRepository {
  constructor(private readonly database: Database) {}

  /** Those that are not in the file yet, for `write`; when it has returned they are. Several processes take different ones. How many. */
  async writeNext(limit: number, write: (tombstones: Tombstone[]) => Promise<void>): Promise<number> {
    return this.database.acrossTenants('one file for all tenants', async (tx) => {
      const rows = await tx.query<CertificateRow[]>`
        SELECT id, tenant_id, instance_id, keys_destroyed_at FROM purge_certificates WHERE tombstone_at IS NULL
        ORDER BY keys_destroyed_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
      if (rows.length === 0) return 0;
      await write(rows.map(toTombstone));
      await tx.execute`UPDATE purge_certificates SET tombstone_at = clock_timestamp() WHERE id = ANY(${rows.map(({ id }) => id)}::uuid[])`;
      return rows.length;
    });
  }

  /** The file is a new one: all are to be written into it, also what somebody is writing into the old one; that row is waited for. */
  async forgetWritten(): Promise<void> {
    await this.database.acrossTenants('one file for all tenants', (tx) => tx.execute`UPDATE purge_certificates SET tombstone_at = NULL`);
  }

  /** Those whose instance is here, and not purged. */
  async alive(tombstones: readonly Tombstone[]): Promise<Tombstone[]> {
    const [tenants, instances] = [tombstones.map(({ tenantId }) => uuidOf(tenantId)), tombstones.map(({ instanceId }) => uuidOf(instanceId))];
    const rows = await this.database.acrossTenants('one file for all tenants', (tx) => tx.query<{ id: string }[]>`
      SELECT i.id FROM unnest(${tenants}::uuid[], ${instances}::uuid[]) AS t (tenant_id, id) JOIN instances i USING (tenant_id, id)
      WHERE i.lifecycle <> 'purged'`);
    const found = new Set(rows.map(({ id }) => idFrom('ins', id)));
    return tombstones.filter(({ instanceId }) => found.delete(instanceId));
  }
}

function toTombstone({ id, tenant_id, instance_id, keys_destroyed_at }: CertificateRow): Tombstone {
  return { instanceId: idFrom('ins', instance_id), tenantId: idFrom('ten', tenant_id), purgedAt: keys_destroyed_at.toISOString(), certificateId: idFrom('crt', id) };
}
