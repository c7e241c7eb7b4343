import fs from 'node:fs';
import path from 'node:path';

import { root, run } from './run.mjs';

const modified = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * Installs what a folder of tools needs, from its own lock file, when that is newer than what is there. Such tools are apart from the
 * root so that `npm start` installs none of them. True when everything is there.
 */
export function installTools(folder) {
  const at = path.join(root, folder);
  if (modified(path.join(at, 'node_modules/.package-lock.json')) >= modified(path.join(at, 'package-lock.json'))) return true;
  return run('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}
