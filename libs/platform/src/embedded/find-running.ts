import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.js';
import { clusterExists } from './cluster.js';
import { loginRefusal, loginUrl } from './login.js';
import { loadPasswords } from './passwords.js';
import { clusterIn } from './placement.js';

/** The URL of the embedded database that another process runs on this data folder; null when none does. @throws StartError when the folder has no database */
export async function findRunning(dataDir: string): Promise<string | null> {
  const clusterDir = clusterIn(path.resolve(dataDir));
  if (!clusterExists(clusterDir)) throw new StartError(`There is no database in ${dataDir}`, 'Set TENURE_DATA_DIR to the data folder of npm start, or DATABASE_URL');
  const port = portOf(clusterDir);
  if (port === null) return null;
  const passwords = loadPasswords(clusterDir, true);
  return (await loginRefusal(port, passwords)) === undefined ? loginUrl(port, passwords) : null;
}

/** The fourth line of postmaster.pid. The file may be of a server that is gone: whoever answers there has to take the password. */
function portOf(clusterDir: string): number | null {
  try {
    return Number(fs.readFileSync(path.join(clusterDir, 'postmaster.pid'), 'utf8').split('\n')[3]) || null;
  } catch {
    return null;
  }
}
