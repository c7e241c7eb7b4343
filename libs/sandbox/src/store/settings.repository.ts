import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { CollectionState, Records, Step } from '../server/app-state/collection.js';

/** Whose settings, and which collection of them. */
export interface SettingsPlace {
  number: string;
  collection: string;
}

/** So many changes stay for devices that have not seen them; who has missed more gets everything at once. */
const MOST_PATCHES = 100;

/** Accounts' settings as their devices keep them with the server: encrypted, and in an order. */
@Injectable()
export class SettingsRepository {
  /** Locked: whoever changes a collection does so alone. */
  async lock(tx: TenantSql, { number, collection }: SettingsPlace): Promise<CollectionState> {
    await tx.execute`
      INSERT INTO sandbox.settings (tenant_id, number, collection, hash) VALUES (${uuidOf(tx.tenantId)}::uuid, ${number}, ${collection}, ${Buffer.alloc(128)})
      ON CONFLICT DO NOTHING`;
    const [row] = await tx.query<[{ version: number; hash: Uint8Array }]>`
      SELECT version, hash FROM sandbox.settings
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND collection = ${collection} FOR UPDATE`;
    return { version: row.version, hash: Buffer.from(row.hash) };
  }

  /** Null while there was no change yet. */
  async find(tx: TenantSql, { number, collection }: SettingsPlace): Promise<CollectionState | null> {
    const [row] = await tx.query<{ version: number; hash: Uint8Array }[]>`
      SELECT version, hash FROM sandbox.settings
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND collection = ${collection}`;
    return row ? { version: row.version, hash: Buffer.from(row.hash) } : null;
  }

  /** Oldest change first; `named`: only those. */
  async records(tx: TenantSql, { number, collection }: SettingsPlace, named: string[] | null = null): Promise<Records> {
    const rows = await tx.query<{ index_mac: string; value: Uint8Array }[]>`
      SELECT index_mac, value FROM sandbox.setting_records
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND collection = ${collection}
        AND (${named}::text[] IS NULL OR index_mac = ANY (${named}::text[])) ORDER BY changed_at, index_mac`;
    return new Map(rows.map((row) => [row.index_mac, Buffer.from(row.value)]));
  }

  async count(tx: TenantSql, number: string): Promise<{ ofAccount: number; ofTenant: number }> {
    const [row] = await tx.query<[{ account: number; tenant: number }]>`
      SELECT count(*) FILTER (WHERE number = ${number})::int AS account, count(*)::int AS tenant
      FROM sandbox.setting_records WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return { ofAccount: row.account, ofTenant: row.tenant };
  }

  /** The changes after a version, oldest first; null when some of them are not kept any more. */
  async patchesAfter(tx: TenantSql, { number, collection }: SettingsPlace, version: number, current: number): Promise<Buffer[] | null> {
    const rows = await tx.query<{ patch: Uint8Array }[]>`
      SELECT patch FROM sandbox.setting_patches
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND collection = ${collection} AND version > ${version} ORDER BY version`;
    return rows.length === Math.max(current - version, 0) ? rows.map(({ patch }) => Buffer.from(patch)) : null;
  }

  async advance(tx: TenantSql, { number, collection }: SettingsPlace, { state, changed, patch }: Step): Promise<void> {
    await tx.execute`
      UPDATE sandbox.settings SET version = ${state.version}, hash = ${state.hash}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND collection = ${collection}`;
    await tx.execute`
      INSERT INTO sandbox.setting_patches (tenant_id, number, collection, version, patch)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${number}, ${collection}, ${state.version}, ${patch})`;
    await tx.execute`
      DELETE FROM sandbox.setting_patches
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND collection = ${collection} AND version <= ${state.version - MOST_PATCHES}`;
    for (const [indexMac, value] of changed) await this.keep(tx, { number, collection }, indexMac, value);
  }

  private async keep(tx: TenantSql, { number, collection }: SettingsPlace, indexMac: string, value: Buffer | null): Promise<void> {
    if (!value) {
      await tx.execute`
        DELETE FROM sandbox.setting_records
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND collection = ${collection} AND index_mac = ${indexMac}`;
      return;
    }
    await tx.execute`
      INSERT INTO sandbox.setting_records (tenant_id, number, collection, index_mac, value)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${number}, ${collection}, ${indexMac}, ${value})
      ON CONFLICT (tenant_id, number, collection, index_mac) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`;
  }
}
