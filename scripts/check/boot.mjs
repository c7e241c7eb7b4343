import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const MAIN = path.resolve(import.meta.dirname, '../../dist/apps/standalone/src/main.js');
const START_MS = 60_000;
const STOP_MS = 15_000;

/**
 * The product as it is built, as `npm start` runs it: an import cycle between injectables shows here and not in Jest.
 * First start, start on the same data, start after a kill -9.
 */
export async function bootTheBuild() {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-boot-'));
  try {
    await started(dataDir, 'on new data', stop);
    await started(dataDir, 'again on the same data', kill);
    await started(dataDir, 'after a kill -9', stop);
    return true;
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

async function started(dataDir, when, end) {
  const began = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], { env: environment(dataDir), stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const url = await ready(child);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    await answers(`${url}/readyz`);
    await answers(`${url}/openapi.json`);
    await end(child);
    console.log(`  ${when}: ready after ${seconds} s, answers, ends as it should`);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Nothing of this shell's own settings: the defaults have to do. */
function environment(dataDir) {
  const own = Object.entries(process.env).filter(([name]) => !/^(TENURE_|DATABASE_URL$|HOST$)/.test(name));
  return { ...Object.fromEntries(own), PORT: '0', TENURE_DATA_DIR: dataDir };
}

function ready(child) {
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

async function answers(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(STOP_MS) });
  assert.equal(response.status, 200, `GET ${url}`);
  await response.json();
}

async function stop(child) {
  const [code] = await ended(child, 'SIGTERM');
  assert.equal(code, 0, 'the exit code after SIGTERM');
}

const kill = (child) => ended(child, 'SIGKILL');

async function ended(child, signal) {
  const exit = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MS) });
  child.kill(signal);
  return exit;
}
