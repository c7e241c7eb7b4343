import type { Database } from '../database/database.js';
import { StartError } from '../start-error.js';
import type { MasterKey } from './master-key.js';

const KNOWN = Buffer.from('tenure master key check, 32 byte');

/** Refuses to start with a key other than the one this database was first used with. Overwrites nothing. @throws StartError */
export async function verifyMasterKey(database: Database, master: MasterKey): Promise<void> {
  const check = await database.acrossTenants('the master key check is of the whole installation', async (tx) => {
    await tx.execute`UPDATE platform_state SET master_key_check = ${master.wrap('platform', KNOWN)} WHERE master_key_check IS NULL`;
    const [row] = await tx.query<{ master_key_check: Uint8Array }[]>`SELECT master_key_check FROM platform_state`;
    return row!.master_key_check;
  });
  try {
    master.unwrap('platform', check);
  } catch {
    throw new StartError(
      'The master key is not the one this database was encrypted with.',
      'Set TENURE_MASTER_KEY or TENURE_MASTER_KEY_FILE to the original key, or restore master.key of the data folder from a backup.',
    );
  }
}
