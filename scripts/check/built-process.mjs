import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';

const START_MS = 60_000;
const STOP_MS = 15_000;

/** One of the built applications; nothing of this shell's own settings, the defaults and what is given have to do. */
export function spawnBuilt(app, environment, words = []) {
  const main = path.resolve(import.meta.dirname, `../../dist/apps/${app}/src/main.js`);
  const own = Object.entries(process.env).filter(([name]) => !/^(TENURE_|DATABASE_URL$|HOST$)/.test(name));
  const env = { ...Object.fromEntries(own), PORT: '0', ...environment };
  return spawn(process.execPath, ['--enable-source-maps', main, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The address it is ready on. */
export function ready(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (what) => reject(new Error(`The built application ${what}. It said:\n${output}`));
    const timer = setTimeout(() => fail(`was not ready within ${START_MS / 1000} s`), START_MS);
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        const url = /ready on (http:\S+)/.exec(output)?.[1];
        if (!url) return;
        clearTimeout(timer);
        resolve(url);
      });
    }
  });
}

/** What a command says, once it has ended with 0. */
export async function said(child) {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close', { signal: AbortSignal.timeout(START_MS) });
  assert.equal(code, 0, `it ended with ${code} and said:\n${output}`);
  return output;
}

/** It answers with this status, in JSON. */
export async function answers(url, status = 200) {
  const response = await fetch(url, { signal: AbortSignal.timeout(STOP_MS) });
  assert.equal(response.status, status, `GET ${url}`);
  return response.json();
}

export async function stop(child) {
  const [code] = await ended(child, 'SIGTERM');
  assert.equal(code, 0, 'the exit code after SIGTERM');
}

export const kill = (child) => ended(child, 'SIGKILL');

async function ended(child, signal) {
  const exit = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MS) });
  child.kill(signal);
  return exit;
}
