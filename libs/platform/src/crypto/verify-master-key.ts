import type { Database } from '../database/database.js';
import { StartError } from '../start-error.js';
import type { Keyring } from './keyring.js';
import type { MasterKey } from './master-key.js';
import { adoptFirstKey, type MasterKeyState, nameCurrentKey, readMasterKeyState } from './master-key-state.js';

/**
 * Refuses to start without the key that this database is encrypted with now, and without any that a rotation has not emptied yet.
 * Overwrites nothing. @throws StartError
 */
export async function verifyMasterKey(database: Database, keyring: Keyring): Promise<void> {
  const current = await database.acrossTenants('the master key is of the whole installation', async (tx) => {
    await adoptFirstKey(tx, keyring.newest);
    const state = await readMasterKeyState(tx);
    const found = findCurrent(state, keyring);
    requireFormer(state, keyring);
    if (state.currentId === null) await nameCurrentKey(tx, found);
    return found;
  });
  keyring.use(current.id);
}

function findCurrent(state: MasterKeyState, keyring: Keyring): MasterKey {
  const { currentId, check } = state;
  const key = currentId === null ? keyring.all.find((one) => one.passes(check!)) : keyring.find(currentId);
  if (!key?.passes(check!)) throw wasReplaced(state, keyring) ?? isAnother(state, keyring);
  return key;
}

function requireFormer({ former }: MasterKeyState, keyring: Keyring): void {
  const missing = former.find(({ id, retiredAt }) => retiredAt === null && !keyring.find(id));
  if (!missing) return;
  throw new StartError(
    `Some instances are still under the master key ${missing.id}, which is not given: the rotation away from it is not finished.`,
    'Give it behind the new one in TENURE_MASTER_KEY or TENURE_MASTER_KEY_FILE until npm run tenure -- keys rotate is done.',
  );
}

function wasReplaced({ currentId, former }: MasterKeyState, keyring: Keyring): StartError | null {
  const replaced = former.find(({ id }) => keyring.all.some((key) => key.id === id));
  if (!replaced) return null;
  return new StartError(
    `The master key ${replaced.id} was replaced by ${currentId} at ${replaced.replacedAt.toISOString()}, and the new one is not given.`,
    'Put the new key into TENURE_MASTER_KEY or TENURE_MASTER_KEY_FILE.',
  );
}

function isAnother({ currentId }: MasterKeyState, keyring: Keyring): StartError {
  const which = currentId === null ? '' : ` (wanted ${currentId}, given ${keyring.all.map(({ id }) => id).join(', ')})`;
  return new StartError(
    `The master key is not the one this database was encrypted with${which}.`,
    'Set TENURE_MASTER_KEY or TENURE_MASTER_KEY_FILE to the original key, or restore master.key of the data folder from a backup.',
  );
}
