import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';

/** What a tenant's files may come to: the oldest beyond it go, as they do at WhatsApp after some weeks. */
export const MOST_MEDIA = { bytes: 256 * 1024 * 1024, files: 2_000 };

/** Uploaded files. */
@Injectable()
export class MediaRepository {
  /** The same id again is the same file, and new. */
  async put(tx: TenantSql, id: string, content: Buffer): Promise<void> {
    await tx.execute`
      INSERT INTO sandbox.media (tenant_id, id, content, bytes) VALUES (${uuidOf(tx.tenantId)}::uuid, ${id}, ${content}, ${content.length})
      ON CONFLICT (tenant_id, id) DO UPDATE SET uploaded_at = excluded.uploaded_at`;
    await this.trim(tx);
  }

  async find(tx: TenantSql, id: string): Promise<Buffer | null> {
    const [row] = await tx.query<{ content: Uint8Array }[]>`
      SELECT content FROM sandbox.media WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${id}`;
    return row ? Buffer.from(row.content) : null;
  }

  private async trim(tx: TenantSql): Promise<void> {
    await tx.execute`
      DELETE FROM sandbox.media
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id IN (
        SELECT id FROM (
          SELECT id, sum(bytes) OVER newest AS total, row_number() OVER newest AS place FROM sandbox.media
          WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid WINDOW newest AS (ORDER BY uploaded_at DESC, id)) AS kept
        WHERE total > ${MOST_MEDIA.bytes} OR place > ${MOST_MEDIA.files})`;
  }
}
