import { Injectable } from '@nestjs/common';
import { enterMasterKeyGate } from '../crypto/master-key-gate.js';
import { Database } from '../database/database.js';
import type { PlatformTx } from '../database/tenant-tx.js';

export interface KeyHolder {
  /** `host:pid` */
  name: string;
  keyIds: string[];
}

/** Several beats may be lost before a process counts as gone. */
const ALIVE_S = 30;

/** The table `key_holders`, of no tenant: which process has which master keys. Only the database's real clock is compared. */
@Injectable()
export class KeyHoldersRepository {
  constructor(private readonly database: Database) {}

  /**
   * Says that a process is there and what it has; gives the id of the current master key. While a rotation is being begun it waits: so the
   * rotation either sees the process, or the process learns of the new key.
   */
  say(id: string, { name, keyIds }: KeyHolder): Promise<string | null> {
    return this.database.acrossTenants('a process serves all tenants', async (tx) => {
      await enterMasterKeyGate(tx);
      await tx.execute`
        INSERT INTO key_holders (id, name, key_ids, seen_at) VALUES (${id}::uuid, ${name}, ${keyIds}::text[], clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET key_ids = excluded.key_ids, seen_at = excluded.seen_at`;
      await tx.execute`DELETE FROM key_holders WHERE seen_at < clock_timestamp() - interval '1 hour'`;
      const [state] = await tx.query<{ master_key_id: string | null }[]>`SELECT master_key_id FROM platform_state`;
      return state!.master_key_id;
    });
  }

  async remove(id: string): Promise<void> {
    await this.database.acrossTenants('a process serves all tenants', (tx) => tx.execute`DELETE FROM key_holders WHERE id = ${id}::uuid`);
  }
}

/** The processes that are there, by name. */
export async function readKeyHolders(tx: PlatformTx): Promise<KeyHolder[]> {
  const rows = await tx.query<{ name: string; key_ids: string[] }[]>`
    SELECT name, key_ids FROM key_holders WHERE seen_at > clock_timestamp() - ${ALIVE_S}::double precision * interval '1 second' ORDER BY name`;
  return rows.map(({ name, key_ids }) => ({ name, keyIds: key_ids }));
}
