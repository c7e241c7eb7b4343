import fs from 'node:fs';
import { fingerprint, sourceFiles } from './fingerprint.mjs';
import { pathWithTools, step } from './step.mjs';

const STAMP = 'dist/.build.json';

/** Compiles and type-checks, when the sources are not those of the last success. */
export async function buildIfNeeded({ force }) {
  const files = sourceFiles({
    folders: ['apps', 'libs'],
    accept: (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('apps/console'),
    others: ['apps/standalone/tsconfig.app.json', 'tsconfig.json', 'nest-cli.json', 'package.json', 'package-lock.json'],
  });
  const now = fingerprint(files);
  const built = readStamp();
  if (!force && built?.content === now.content) return;
  // The compiler leaves the output of deleted sources behind, and Node would run it.
  fs.rmSync(!force && built?.names === now.names ? STAMP : 'dist', { recursive: true, force: true });
  await step({
    title: 'Building with nest build',
    expect: 'about 10 s, when a source has changed',
    command: ['nest', 'build', 'standalone'],
    env: { PATH: pathWithTools() },
    fix: 'Correct the errors above; nothing is started from a build with errors.',
  });
  fs.writeFileSync(STAMP, JSON.stringify(now));
}

/** Written after success only, so an interrupted or failed build is never taken for one. */
function readStamp() {
  try {
    return JSON.parse(fs.readFileSync(STAMP, 'utf8'));
  } catch {
    return undefined;
  }
}
