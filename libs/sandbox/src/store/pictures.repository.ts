import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';

/** What a tenant's pictures may come to: those that were set first go beyond it. */
export const MOST_PICTURE_BYTES = 64 * 1024 * 1024;

/** The pictures of accounts, by number, and of groups, by id: one each. */
@Injectable()
export class PicturesRepository {
  async put(tx: TenantSql, owner: string, id: string, image: Buffer): Promise<void> {
    await tx.execute`
      INSERT INTO sandbox.pictures (tenant_id, owner, id, image) VALUES (${uuidOf(tx.tenantId)}::uuid, ${owner}, ${id}, ${image})
      ON CONFLICT (tenant_id, owner) DO UPDATE SET id = excluded.id, image = excluded.image, set_at = excluded.set_at`;
    await this.trim(tx);
  }

  /** False when there was none. */
  async remove(tx: TenantSql, owner: string): Promise<boolean> {
    const removed = await tx.execute`DELETE FROM sandbox.pictures WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND owner = ${owner}`;
    return removed > 0;
  }

  /** Null when there is none. */
  async idOf(tx: TenantSql, owner: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }[]>`SELECT id FROM sandbox.pictures WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND owner = ${owner}`;
    return row?.id ?? null;
  }

  /** A picture that was replaced is not found any more. */
  async find(tx: TenantSql, id: string): Promise<Buffer | null> {
    const [row] = await tx.query<{ image: Uint8Array }[]>`SELECT image FROM sandbox.pictures WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${id}`;
    return row ? Buffer.from(row.image) : null;
  }

  private async trim(tx: TenantSql): Promise<void> {
    await tx.execute`
      DELETE FROM sandbox.pictures
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND owner IN (
        SELECT owner FROM (
          SELECT owner, sum(octet_length(image)) OVER (ORDER BY set_at DESC, owner) AS total FROM sandbox.pictures
          WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid) AS kept
        WHERE total > ${MOST_PICTURE_BYTES})`;
  }
}
