import path from 'node:path';
import type { SecuritySettings } from '../config/security.settings.js';
import { StartError } from '../start-error.js';
import { Keyring } from './keyring.js';
import { MasterKeyFile } from './master-key-file.js';
import { parseMasterKeys } from './parse-master-keys.js';

/** The file of the master key in a data folder. */
export const masterKeyIn = (dataDir: string): string => path.join(dataDir, 'master.key');

/** The keys from the settings; in standalone one is made once in the data folder, mode 0600. @throws StartError */
export function loadKeyring({ masterKey, masterKeyFile }: SecuritySettings, madeIn?: string): Keyring {
  if (masterKey) return new Keyring(parseMasterKeys(masterKey, 'TENURE_MASTER_KEY'));
  const name = masterKeyFile ?? (madeIn && masterKeyIn(madeIn));
  if (!name) throw new StartError('There is no master key.', 'Set TENURE_MASTER_KEY or TENURE_MASTER_KEY_FILE.');
  const file = new MasterKeyFile(name);
  if (!masterKeyFile) file.makeIfAbsent();
  return new Keyring(file.read(), file);
}
