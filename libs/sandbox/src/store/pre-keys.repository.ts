import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { DeviceAddress } from '../protocol/addresses.js';

/** The public half of a one-time pre-key. */
export interface PreKey {
  id: number;
  key: Buffer;
}

/** More than a client ever uploads: the oldest beyond it go. */
const MOST_PER_DEVICE = 2_000;

/** The one-time pre-keys that linked devices uploaded. Each is given away once. */
@Injectable()
export class PreKeysRepository {
  async add(tx: TenantSql, address: DeviceAddress, preKeys: PreKey[]): Promise<void> {
    const ids = preKeys.map(({ id }) => id);
    const keys = preKeys.map(({ key }) => key.toString('base64'));
    await tx.execute`
      INSERT INTO sandbox.pre_keys (tenant_id, number, device, id, public_key)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${address.number}, ${address.device}, id, decode(key, 'base64')
      FROM unnest(${ids}::int[], ${keys}::text[]) AS uploaded (id, key)
      ON CONFLICT (tenant_id, number, device, id) DO UPDATE SET public_key = excluded.public_key`;
    await this.trim(tx, address);
  }

  async count(tx: TenantSql, { number, device }: DeviceAddress): Promise<number> {
    const [row] = await tx.query<[{ count: number }]>`
      SELECT count(*)::int AS count FROM sandbox.pre_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device}`;
    return row.count;
  }

  /** Null when none is left: a session can be opened without one. */
  async take(tx: TenantSql, { number, device }: DeviceAddress): Promise<PreKey | null> {
    const [row] = await tx.query<{ id: number; public_key: Uint8Array }[]>`
      DELETE FROM sandbox.pre_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device} AND id = (
        SELECT id FROM sandbox.pre_keys
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device}
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, public_key`;
    return row ? { id: row.id, key: Buffer.from(row.public_key) } : null;
  }

  private async trim(tx: TenantSql, { number, device }: DeviceAddress): Promise<void> {
    await tx.execute`
      DELETE FROM sandbox.pre_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device} AND id <= (
        SELECT id FROM sandbox.pre_keys
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device}
        ORDER BY id DESC OFFSET ${MOST_PER_DEVICE} LIMIT 1)`;
  }
}
