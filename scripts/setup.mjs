// Makes a checkout ready to run: `npm start` and `npm test` call it first, and it does only what is needed.
//   node scripts/setup.mjs            installs the dependencies when package-lock.json is newer than they are
//   node scripts/setup.mjs --build    and then builds when a source has changed since the last successful build
//   node scripts/setup.mjs --build --force   builds from nothing
// Runs on Node 20 and newer, without dependencies: everything after it runs on the Node 24 that npm has installed.
import path from 'node:path';
import process from 'node:process';

import { buildIfNeeded } from './setup/build.mjs';
import { installIfNeeded } from './setup/install.mjs';
import { withLock } from './setup/lock.mjs';
import { requireRuntime } from './setup/runtime.mjs';
import { SetupError } from './setup/step.mjs';

process.chdir(path.resolve(import.meta.dirname, '..'));
const wants = new Set(process.argv.slice(2));

try {
  await withLock(async () => {
    await installIfNeeded();
    requireRuntime();
    if (wants.has('--build')) await buildIfNeeded({ force: wants.has('--force') });
  });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exit(1);
}
