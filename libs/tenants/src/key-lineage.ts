import { Injectable } from '@nestjs/common';
import { type KeyId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';

/** Keys make keys. Whoever asks for something and approves it with a key that they made has asked nobody. */
@Injectable()
export class KeyLineage {
  /** Whether the key was there before that instant, and is neither the other one nor made by it, directly or through others. */
  async isIndependent(tx: TenantTx, keyId: KeyId, of: KeyId, before: Date): Promise<boolean> {
    const [row] = await tx.query<{ independent: boolean }[]>`
      WITH RECURSIVE line AS (
        SELECT id, created_by, created_at FROM api_keys WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(keyId)}::uuid
        UNION
        SELECT k.id, k.created_by, k.created_at FROM api_keys k JOIN line ON k.id = line.created_by WHERE k.tenant_id = ${uuidOf(tx.tenantId)}::uuid)
      SELECT EXISTS (SELECT 1 FROM line WHERE id = ${uuidOf(keyId)}::uuid AND created_at < ${before}::timestamptz)
         AND NOT EXISTS (SELECT 1 FROM line WHERE id = ${uuidOf(of)}::uuid) AS independent`;
    return row!.independent;
  }
}
