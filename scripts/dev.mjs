// npm run dev: builds at every change of a source and restarts the product, with the profile `development` and the data of `npm start`.
// A change of prisma/schema needs `npm run build`. There is no seed yet: the tour of README.md leads to every state.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

process.chdir(path.resolve(import.meta.dirname, '..'));
const MAIN = 'dist/apps/standalone/src/main.js';
/** A build writes many files; they count as one change when they come closer together than this. */
const QUIET_MS = 400;

const builder = spawn(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build', 'standalone', '--watch', '--preserveWatchOutput'], { stdio: 'inherit' });
let product = start();
let restarting = Promise.resolve();
let timer;
const watcher = fs.watch('dist', { recursive: true }, (_event, file) => {
  if (!file?.endsWith('.js')) return;
  clearTimeout(timer);
  timer = setTimeout(() => (restarting = restarting.then(restart)), QUIET_MS);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end());
builder.once('exit', () => void end());

function start() {
  const env = { ...process.env, TENURE_PROFILE: 'development' };
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], { env, stdio: 'inherit' });
  child.once('exit', (code) => code && console.log('It ended with an error; the next change starts it again.'));
  return child;
}

async function restart() {
  await stop(product);
  product = start();
}

/** Waits until the database has stopped, too: the next start needs its folder. */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function end() {
  clearTimeout(timer);
  watcher.close();
  await restarting;
  await Promise.all([stop(product), stop(builder)]);
  process.exit(0);
}
