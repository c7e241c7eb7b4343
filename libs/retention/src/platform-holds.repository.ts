import { Injectable } from '@nestjs/common';
import { type HoldId, idFrom, type KeyId, uuidOf } from '#libs/contracts';
import { Database, shutPlatformGate } from '#libs/platform';

/** The operator's, over every instance of every tenant. */
export interface PlatformHold {
  id: HoldId;
  reason: string;
  placedAt: Date;
  placedBy: KeyId;
  /** both null: in force */
  releasedAt: Date | null;
  releasedBy: KeyId | null;
}

interface PlatformHoldRow {
  id: string;
  reason: string;
  placed_at: Date;
  placed_by: string;
  released_at: Date | null;
  released_by: string | null;
}

/** The table `platform_holds`. Whoever changes it waits until nothing is being removed that did not see it. */
@Injectable()
export class PlatformHoldsRepository {
  constructor(private readonly database: Database) {}

  /** False when there are as many in force as there may be. */
  place(id: HoldId, reason: string, by: KeyId, most: number): Promise<boolean> {
    return this.database.acrossTenants('a platform hold is over all tenants', async (tx) => {
      await shutPlatformGate(tx);
      const placed = await tx.execute`
        INSERT INTO platform_holds (id, reason, placed_at, placed_by) SELECT ${uuidOf(id)}::uuid, ${reason}, tenure_now(), ${uuidOf(by)}::uuid
        WHERE (SELECT count(*) FROM platform_holds WHERE released_at IS NULL) < ${most}`;
      return placed > 0;
    });
  }

  /** False when there is none that is in force. */
  release(id: HoldId, by: KeyId): Promise<boolean> {
    return this.database.acrossTenants('a platform hold is over all tenants', async (tx) => {
      await shutPlatformGate(tx);
      const released = await tx.execute`
        UPDATE platform_holds SET released_at = tenure_now(), released_by = ${uuidOf(by)}::uuid WHERE id = ${uuidOf(id)}::uuid AND released_at IS NULL`;
      return released > 0;
    });
  }

  async find(id: HoldId): Promise<PlatformHold | null> {
    const [row] = await this.database.readAcrossTenants('a platform hold is over all tenants', (tx) => tx.query<PlatformHoldRow[]>`
      SELECT id, reason, placed_at, placed_by, released_at, released_by FROM platform_holds WHERE id = ${uuidOf(id)}::uuid`);
    return row ? toPlatformHold(row) : null;
  }

  /** Newest first, before an id (null: from the newest). */
  async list(before: HoldId | null, limit: number): Promise<PlatformHold[]> {
    const rows = await this.database.readAcrossTenants('a platform hold is over all tenants', (tx) => tx.query<PlatformHoldRow[]>`
      SELECT id, reason, placed_at, placed_by, released_at, released_by FROM platform_holds
      WHERE ${before && uuidOf(before)}::uuid IS NULL OR id < ${before && uuidOf(before)}::uuid
      ORDER BY id DESC LIMIT ${limit}`);
    return rows.map(toPlatformHold);
  }
}

function toPlatformHold({ id, reason, placed_at, placed_by, released_at, released_by }: PlatformHoldRow): PlatformHold {
  return {
    id: idFrom('hld', id),
    reason,
    placedAt: placed_at,
    placedBy: idFrom('key', placed_by),
    releasedAt: released_at,
    releasedBy: released_by === null ? null : idFrom('key', released_by),
  };
}
