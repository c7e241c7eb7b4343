import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { Account } from '../protocol/addresses.js';

/** Who does not want to hear of whom, by number. */
@Injectable()
export class BlocksRepository {
  async add(tx: TenantSql, number: string, blocked: string): Promise<void> {
    await tx.execute`
      INSERT INTO sandbox.blocks (tenant_id, number, blocked) VALUES (${uuidOf(tx.tenantId)}::uuid, ${number}, ${blocked}) ON CONFLICT DO NOTHING`;
  }

  async remove(tx: TenantSql, number: string, blocked: string): Promise<void> {
    await tx.execute`
      DELETE FROM sandbox.blocks WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND blocked = ${blocked}`;
  }

  of(tx: TenantSql, number: string): Promise<Account[]> {
    return tx.query<Account[]>`
      SELECT phones.number, lid, name FROM sandbox.blocks JOIN sandbox.phones ON phones.tenant_id = blocks.tenant_id AND phones.number = blocks.blocked
      WHERE blocks.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND blocks.number = ${number} ORDER BY phones.number`;
  }

  /** Which of these have blocked somebody. */
  async blocking(tx: TenantSql, numbers: string[], somebody: string): Promise<Set<string>> {
    const rows = await tx.query<{ number: string }[]>`
      SELECT number FROM sandbox.blocks
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ANY (${numbers}::text[]) AND blocked = ${somebody}`;
    return new Set(rows.map(({ number }) => number));
  }
}
