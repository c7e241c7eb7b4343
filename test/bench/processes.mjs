// What benches start: a database server, the built product on it, and the alternative beside it.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

import pg from 'pg';

import { EmbeddedPostgres } from '../../dist/libs/platform/src/embedded/embedded-postgres.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PROBE = path.join(import.meta.dirname, 'probe.mjs');
export const OPERATOR_KEY = `tnr_op_${'b'.repeat(32)}`;
const SETTINGS = { PORT: '0', TENURE_LOG_LEVEL: 'error', TENURE_OPERATOR_KEY: OPERATOR_KEY, TENURE_REQUESTS_PER_MINUTE: '10000000' };

/** `withCommitTimes`: it remembers when each row was committed, so that a bench can tell how late that was. */
export async function startDatabase({ withCommitTimes = false } = {}) {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-'));
  const server = new EmbeddedPostgres({ dataDir });
  let url = await server.start();
  if (withCommitTimes) {
    await setUp(server.superuserUrl, 'ALTER SYSTEM SET track_commit_timestamp = on');
    await server.stop();
    url = await server.start();
  }
  const stop = async () => {
    await server.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  return { url, superuserUrl: server.superuserUrl, stop };
}

/** The product as `npm start` runs it. Without `DATABASE_URL` in `environment` it brings its own database. */
export function startTenure(environment) {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-'));
  const main = path.join(ROOT, 'dist/apps/standalone/src/main.js');
  return startProcess(main, { ...SETTINGS, TENURE_DATA_DIR: dataDir, ...environment }, () => fs.rmSync(dataDir, { recursive: true, force: true }));
}

/** The simulated WhatsApp alone, on its own database: also its test key, its root and the address of its tenant. */
export async function startSandbox() {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-'));
  const main = path.join(ROOT, 'dist/apps/sandbox/src/main.js');
  const environment = { ...SETTINGS, TENURE_SANDBOX_PORT: '0', TENURE_DATA_DIR: dataDir };
  const sandbox = await startProcess(main, environment, () => fs.rmSync(dataDir, { recursive: true, force: true }));
  const said = (pattern) => pattern.exec(sandbox.output)[1];
  return { ...sandbox, key: said(/Test key\s+(\S+)/), root: said(/Root key\s+(\S+)/), address: said(/WhatsApp\s+(\S+)/) };
}

/** A part of it alone, on a database that has the schema: `worker` or `sandbox`. */
export function startPart(name, environment) {
  return startProcess(path.join(ROOT, `dist/apps/${name}/src/main.js`), { ...SETTINGS, ...environment });
}

export function startRaw() {
  return startProcess(path.join(import.meta.dirname, 'raw-baileys.mjs'), {});
}

/** The schema, into an empty database. */
export function migrate(databaseUrl) {
  execFileSync(process.execPath, [path.join(ROOT, 'dist/apps/cli/src/main.js'), 'migrate'], { env: { ...process.env, DATABASE_URL: databaseUrl }, stdio: 'ignore' });
}

async function setUp(url, statement) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

export function startBare(databaseUrl) {
  return startProcess(path.join(import.meta.dirname, 'bare-server.mjs'), { DATABASE_URL: databaseUrl });
}

async function startProcess(main, environment, afterwards = () => undefined) {
  const began = performance.now();
  const own = Object.entries(process.env).filter(([name]) => !/^(TENURE_|DATABASE_URL$|HOST$)/.test(name));
  const child = spawn(process.execPath, ['--max-semi-space-size=8', '--enable-source-maps', '--expose-gc', '--import', PROBE, main], {
    env: { ...Object.fromEntries(own), ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const url = await ready(child);
  const stop = async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    afterwards();
  };
  return {
    ...{ url, pid: child.pid, startMs: performance.now() - began, ask: asker(child), stop },
    get output() {
      return output;
    },
  };
}

/** Asks whoever listens in a child process: the probe, or the clients. Everything that waits fails when it ends. */
export function asker(child) {
  const waiting = new Map();
  child.on('message', ({ id, answer, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(answer);
  });
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`It ended with ${code} and answered no more`));
  });
  return (ask, argument) =>
    new Promise((resolve, reject) => {
      const id = randomUUID();
      waiting.set(id, { resolve, reject });
      child.send({ id, ask, argument });
    });
}

function ready(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', (code) => reject(new Error(`It ended with ${code} before it was ready:\n${output}`)));
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const url = /ready on (http:\S+)/.exec(output)?.[1];
      if (url) resolve(url);
    });
  });
}
