import { spawnSync } from 'node:child_process';
import { SetupError } from './step.mjs';

const NEEDED = 24;
const major = (version) => Number(version.replace('v', '').split('.')[0]);

/**
 * Tenure runs on Node 24: on older ones every socket slows the whole process down. The npm package `node` brings it;
 * npm puts node_modules/.bin first in the PATH of its scripts. Where it is absent, a Node of that age on the host will do.
 */
export function requireRuntime() {
  if (major(process.version) >= NEEDED) return;
  const pinned = spawnSync('node_modules/.bin/node', ['--version'], { encoding: 'utf8' });
  if (pinned.status === 0 && major(pinned.stdout) >= NEEDED) return;
  throw new SetupError(
    `Tenure needs Node ${NEEDED}, and this is ${process.version}. It normally comes with npm ci as the package "node", but that one did not ` +
      `install here: its install script was skipped (--ignore-scripts), or it has no build for ${process.platform}-${process.arch}. ` +
      `Run npm ci without --ignore-scripts, or install Node ${NEEDED} and try again.`,
  );
}
