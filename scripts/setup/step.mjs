import { spawn } from 'node:child_process';
import path from 'node:path';

/** What a person can mend; its message is all they need to see. */
export class SetupError extends Error {}

const HEARTBEAT_MS = 10_000;
const binaries = path.resolve('node_modules/.bin');

/** The PATH in which the tools of node_modules, the pinned Node among them, come first. */
export const pathWithTools = () => [binaries, ...pathEntries()].join(path.delimiter);

/** The PATH without them: `npm ci` deletes them while it runs. */
export const pathWithoutTools = () => pathEntries().join(path.delimiter);

const pathEntries = () => (process.env.PATH ?? '').split(path.delimiter).filter((entry) => path.resolve(entry) !== binaries);

/**
 * Runs a command that takes a while, saying so before, every ten seconds and after.
 * `quiet` keeps its output for the case that it fails.
 */
export async function step({ title, expect, command, env, quiet = false, fix }) {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(0)} s`;
  console.log(`${title} (${expect}) ...`);
  const heartbeat = setInterval(() => console.log(`  still at it after ${seconds()}`), HEARTBEAT_MS);
  const { code, output } = await run(command, env, quiet).finally(() => clearInterval(heartbeat));
  if (code !== 0) throw new SetupError(`${output && `${output}\n`}${command.join(' ')} failed (${code}). ${fix}`);
  console.log(`  done in ${seconds()}`);
}

function run([file, ...args], env, quiet) {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: error.message, output }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
