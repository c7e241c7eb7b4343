import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import { BufferJSON } from '../protocol/baileys.js';

/** A value under a kind and an id; null forgets it. */
export interface KeyChange {
  type: string;
  id: string;
  value: unknown;
}

/** What a phone's Signal side keeps: its sessions, others' identities, its own pre-keys. */
@Injectable()
export class PhoneKeysRepository {
  /** By id; unknown ones are left out. */
  async get(tx: TenantSql, number: string, type: string, ids: string[]): Promise<Map<string, unknown>> {
    const rows = await tx.query<{ id: string; value: string }[]>`
      SELECT id, value FROM sandbox.phone_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND type = ${type} AND id = ANY (${ids}::text[])`;
    return new Map(rows.map(({ id, value }) => [id, JSON.parse(value, BufferJSON.reviver) as unknown]));
  }

  async save(tx: TenantSql, number: string, changes: KeyChange[]): Promise<void> {
    await this.put(tx, number, changes.filter(({ value }) => value !== null));
    await this.forget(tx, number, changes.filter(({ value }) => value === null));
  }

  private async put(tx: TenantSql, number: string, changes: KeyChange[]): Promise<void> {
    if (changes.length === 0) return;
    const types = changes.map(({ type }) => type);
    const ids = changes.map(({ id }) => id);
    const values = changes.map(({ value }) => JSON.stringify(value, BufferJSON.replacer));
    await tx.execute`
      INSERT INTO sandbox.phone_keys (tenant_id, number, type, id, value)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${number}, type, id, value
      FROM unnest(${types}::text[], ${ids}::text[], ${values}::text[]) AS change (type, id, value)
      ON CONFLICT (tenant_id, number, type, id) DO UPDATE SET value = excluded.value`;
  }

  private async forget(tx: TenantSql, number: string, changes: KeyChange[]): Promise<void> {
    if (changes.length === 0) return;
    const types = changes.map(({ type }) => type);
    const ids = changes.map(({ id }) => id);
    await tx.execute`
      DELETE FROM sandbox.phone_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}
        AND (type, id) IN (SELECT * FROM unnest(${types}::text[], ${ids}::text[]))`;
  }
}
