import { Injectable } from '@nestjs/common';
import { idFrom, type TenantId, uuidOf } from '#libs/contracts';
import { Database } from '../database/database.js';
import type { TenantTx } from '../database/tenant-tx.js';

export interface Waiting {
  /** the last that was given */
  position: number;
  /** what gets a position from now on is not meant */
  lookedAt: Date;
  /** for how long the first of them has waited */
  seconds: number;
}

/** What sealing has to do: of each tenant the last position that was given, until the audit has it. */
@Injectable()
export class Unsealed {
  constructor(private readonly database: Database) {}

  /** Those that have waited longest first. */
  async tenants(limit: number, besides: readonly TenantId[] = []): Promise<TenantId[]> {
    const rows = await this.database.acrossTenants('one sealer for all tenants', (tx) => tx.query<{ tenant_id: string }[]>`
      SELECT tenant_id FROM journal_unsealed WHERE tenant_id <> ALL(${besides.map(uuidOf)}::uuid[]) ORDER BY since LIMIT ${limit}`);
    return rows.map(({ tenant_id }) => idFrom('ten', tenant_id));
  }

  /** What waits of the tenant, before anything is read of it; null: nothing does. */
  async waiting(tx: TenantTx): Promise<Waiting | null> {
    const [row] = await tx.query<{ position: bigint; now: Date; seconds: number }[]>`
      SELECT position, clock_timestamp() AS now, EXTRACT(EPOCH FROM clock_timestamp() - since)::double precision AS seconds FROM journal_unsealed
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return row ? { position: Number(row.position), lookedAt: row.now, seconds: row.seconds } : null;
  }

  /** All up to this position is sealed; what is not waits since `lookedAt`, or null: as it did. */
  async sealed(tx: TenantTx, position: number, lookedAt: Date | null): Promise<void> {
    const tenantId = uuidOf(tx.tenantId);
    const gone = await tx.execute`DELETE FROM journal_unsealed WHERE tenant_id = ${tenantId}::uuid AND position <= ${position}`;
    if (gone === 0) await tx.execute`UPDATE journal_unsealed SET since = GREATEST(since, ${lookedAt}::timestamptz) WHERE tenant_id = ${tenantId}::uuid`;
  }

  /** For how long the first of all has waited; 0 when none does. */
  oldestSeconds(): Promise<number> {
    return this.database.acrossTenants('one sealer for all tenants', async (tx) => {
      const [row] = await tx.query<{ lag: number | null }[]>`SELECT EXTRACT(EPOCH FROM clock_timestamp() - min(since))::double precision AS lag FROM journal_unsealed`;
      return Math.max(0, row!.lag ?? 0);
    });
  }
}
