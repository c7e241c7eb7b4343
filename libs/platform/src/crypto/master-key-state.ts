import type { PlatformTx, Tx } from '../database/tenant-tx.js';
import type { Keyring } from './keyring.js';
import type { MasterKey } from './master-key.js';

export interface FormerKey {
  id: string;
  replacedAt: Date;
  /** since when no data key is under it; null: a rotation is not finished */
  retiredAt: Date | null;
}

/** Of `platform_state` and `former_master_keys`: what this database is encrypted with. */
export interface MasterKeyState {
  /** null: before the first start, or not yet named by this version */
  currentId: string | null;
  check: Uint8Array | null;
  former: FormerKey[];
}

export async function readMasterKeyState(tx: PlatformTx): Promise<MasterKeyState> {
  const [row] = await tx.query<{ master_key_id: string | null; master_key_check: Uint8Array | null }[]>`
    SELECT master_key_id, master_key_check FROM platform_state`;
  const former = await tx.query<{ id: string; replaced_at: Date; retired_at: Date | null }[]>`
    SELECT id, replaced_at, retired_at FROM former_master_keys ORDER BY replaced_at DESC`;
  return {
    currentId: row!.master_key_id,
    check: row!.master_key_check,
    former: former.map(({ id, replaced_at, retired_at }) => ({ id, replacedAt: replaced_at, retiredAt: retired_at })),
  };
}

/** The first key of a database. Overwrites nothing. */
export async function adoptFirstKey(tx: PlatformTx, key: MasterKey): Promise<void> {
  await tx.execute`UPDATE platform_state SET master_key_id = ${key.id}, master_key_check = ${key.check()} WHERE master_key_check IS NULL`;
}

/** Names the key of a database that was first used by a version without rotation. */
export async function nameCurrentKey(tx: PlatformTx, key: MasterKey): Promise<void> {
  await tx.execute`UPDATE platform_state SET master_key_id = ${key.id} WHERE master_key_id IS NULL`;
}

/** From now on everything new is wrapped by `to`. Under the closed gate. */
export async function replaceCurrentKey(tx: PlatformTx, from: string, to: MasterKey): Promise<void> {
  await tx.execute`INSERT INTO former_master_keys (id) VALUES (${from})`;
  await tx.execute`UPDATE platform_state SET master_key_id = ${to.id}, master_key_check = ${to.check()}`;
}

/** No data key is under any of them any more. */
export async function retireFormerKeys(tx: PlatformTx): Promise<void> {
  await tx.execute`UPDATE former_master_keys SET retired_at = clock_timestamp() WHERE retired_at IS NULL`;
}

/** What wraps now, by the database's word. @throws MasterKeyMissing */
export async function askForCurrentKey(tx: Pick<Tx, 'query'>, keyring: Keyring): Promise<MasterKey> {
  const [row] = await tx.query<{ master_key_id: string | null }[]>`SELECT master_key_id FROM platform_state`;
  return keyring.use(row!.master_key_id);
}
