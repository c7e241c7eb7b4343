import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';

/** The keys under which the devices of an account share its settings. */
@Injectable()
export class SettingsKeysRepository {
  /** 32 bytes: made by who asks first, the same ever after. */
  async get(tx: TenantSql, number: string): Promise<Buffer> {
    const [known] = await tx.query<{ key: Uint8Array | null }[]>`
      SELECT settings_key AS key FROM sandbox.phones WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}`;
    return known?.key ? Buffer.from(known.key) : this.make(tx, number);
  }

  private async make(tx: TenantSql, number: string): Promise<Buffer> {
    const [row] = await tx.query<[{ key: Uint8Array }]>`
      UPDATE sandbox.phones SET settings_key = coalesce(settings_key, ${randomBytes(32)}::bytea)
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} RETURNING settings_key AS key`;
    return Buffer.from(row.key);
  }
}
