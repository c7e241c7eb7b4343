import fs from 'node:fs';
import { pathWithoutTools, step } from './step.mjs';

const modified = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** npm writes node_modules/.package-lock.json last: older than the lock file means missing, half made or out of date. */
export async function installIfNeeded() {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  await step({
    title: 'Installing dependencies with npm ci',
    expect: 'about 30 s, the first time and when package-lock.json has changed',
    command: ['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
    env: { PATH: pathWithoutTools() },
    fix: 'See what npm says above; it needs the network and a writable node_modules.',
  });
}
