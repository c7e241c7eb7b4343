import fs from 'node:fs';
import path from 'node:path';
import { fingerprint, sourceFiles } from './fingerprint.mjs';
import { pathWithTools, step } from './step.mjs';

const STAMP = 'dist/.build.json';
const CLIENT = 'libs/platform/src/database/generated';
const CLIENT_STAMP = path.join(CLIENT, '.schema');

/** Generates the database client, then compiles and type-checks; each only when its sources are not those of the last success. */
export async function buildIfNeeded({ force }) {
  await generateIfNeeded(force);
  const files = sourceFiles({
    folders: ['apps', 'libs'],
    accept: (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith(CLIENT) && !file.startsWith('apps/console'),
    others: [CLIENT_STAMP, 'apps/standalone/tsconfig.app.json', 'tsconfig.json', 'nest-cli.json', 'package.json', 'package-lock.json'],
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

async function generateIfNeeded(force) {
  const files = sourceFiles({ folders: ['prisma/schema'], accept: (file) => file.endsWith('.prisma'), others: ['prisma.config.ts', 'package-lock.json'] });
  const { content } = fingerprint(files);
  if (!force && fs.existsSync(CLIENT_STAMP) && fs.readFileSync(CLIENT_STAMP, 'utf8') === content) return;
  await step({
    title: 'Generating the database client with prisma generate',
    expect: 'about 3 s, when prisma/schema has changed',
    command: ['prisma', 'generate'],
    env: { PATH: pathWithTools(), CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
    quiet: true,
    fix: 'Correct prisma/schema.',
  });
  fs.writeFileSync(CLIENT_STAMP, content);
}

/** Written after success only, so an interrupted or failed build is never taken for one. */
function readStamp() {
  try {
    return JSON.parse(fs.readFileSync(STAMP, 'utf8'));
  } catch {
    return undefined;
  }
}
