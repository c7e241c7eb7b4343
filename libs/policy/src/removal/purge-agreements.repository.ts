import { Injectable } from '@nestjs/common';
import { type KeyId, type PurgeId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';

/** What a removal waits for besides its time: notice that was given of it, and keys that agreed. */
@Injectable()
export class PurgeAgreementsRepository {
  async noteNotice(tx: TenantTx, purgeId: PurgeId, channel: 'journal', at: Date): Promise<void> {
    await tx.execute`
      INSERT INTO purge_notices (tenant_id, purge_id, channel, delivered_at)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(purgeId)}::uuid, ${channel}, ${at}::timestamptz) ON CONFLICT DO NOTHING`;
  }

  /** Of a key that approved before, the newest counts. */
  async approve(tx: TenantTx, purgeId: PurgeId, keyId: KeyId, at: Date): Promise<void> {
    await tx.execute`
      INSERT INTO purge_approvals (tenant_id, purge_id, key_id, approved_at)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(purgeId)}::uuid, ${uuidOf(keyId)}::uuid, ${at}::timestamptz)
      ON CONFLICT (tenant_id, purge_id, key_id) DO UPDATE SET approved_at = excluded.approved_at`;
  }
}
