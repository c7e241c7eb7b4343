import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import { lastOf, type NumberRange } from '../load/number-range.js';

/** Phones made in bulk, and what they do by themselves. */
export interface Load extends NumberRange {
  autoScan: boolean;
}

export interface LoadCounts {
  /** phones that are there */
  phones: number;
  /** of them, those with a linked device */
  linked: number;
}

/** The bulk of a tenant's phones: at most one, by the range of its numbers. */
@Injectable()
export class LoadsRepository {
  async find(tx: TenantSql): Promise<Load | null> {
    const [row] = await tx.query<Load[]>`
      SELECT first_number AS first, phones AS count, auto_scan AS "autoScan" FROM sandbox.loads WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return row ?? null;
  }

  async put(tx: TenantSql, { first, count, autoScan }: Load): Promise<void> {
    await tx.execute`
      INSERT INTO sandbox.loads (tenant_id, first_number, phones, auto_scan) VALUES (${uuidOf(tx.tenantId)}::uuid, ${first}, ${count}, ${autoScan})
      ON CONFLICT (tenant_id) DO UPDATE SET first_number = excluded.first_number, phones = excluded.phones, auto_scan = excluded.auto_scan`;
  }

  async counts(tx: TenantSql, range: NumberRange): Promise<LoadCounts> {
    const [row] = await tx.query<[LoadCounts]>`
      SELECT count(*)::int AS phones,
        count(*) FILTER (WHERE EXISTS (
          SELECT 1 FROM sandbox.devices d WHERE d.tenant_id = p.tenant_id AND d.number = p.number AND d.device > 0))::int AS linked
      FROM sandbox.phones p
      WHERE p.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND p.number BETWEEN ${range.first} AND ${lastOf(range)} AND length(p.number) = ${range.first.length}`;
    return row;
  }

  /** The first phone that has no linked device and is not among these; null when there is none. */
  async nextFree(tx: TenantSql, range: NumberRange, taken: string[]): Promise<string | null> {
    const [row] = await tx.query<{ number: string }[]>`
      SELECT number FROM sandbox.phones p
      WHERE p.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND p.number BETWEEN ${range.first} AND ${lastOf(range)} AND length(p.number) = ${range.first.length}
        AND p.number <> ALL (${taken}::text[])
        AND NOT EXISTS (SELECT 1 FROM sandbox.devices d WHERE d.tenant_id = p.tenant_id AND d.number = p.number AND d.device > 0)
      ORDER BY number LIMIT 1`;
    return row?.number ?? null;
  }

  /** The phones that have a linked device, in the order of their numbers. */
  async linked(tx: TenantSql, range: NumberRange): Promise<string[]> {
    const rows = await tx.query<{ number: string }[]>`
      SELECT DISTINCT number FROM sandbox.devices
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number BETWEEN ${range.first} AND ${lastOf(range)} AND length(number) = ${range.first.length}
        AND device > 0
      ORDER BY number`;
    return rows.map(({ number }) => number);
  }
}
