import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { answers, kill, ready, said, spawnBuilt, stop } from './built-process.mjs';

/** The product as it is built: an import cycle between injectables shows here and not in Jest. */
export async function bootTheBuild() {
  await bootStandalone();
  await bootSandbox();
  await bootSeveral();
  return true;
}

/** As `npm start` runs it: first start, start on the same data, start after a kill -9. */
async function bootStandalone() {
  await inFolder('tenure-boot-', async (dataDir) => {
    await started(dataDir, 'on new data', stop);
    await started(dataDir, 'again on the same data', kill);
    await started(dataDir, 'after a kill -9', stop);
  });
}

/** As `npm run sandbox` runs it, alone. */
async function bootSandbox() {
  await inFolder('tenure-boot-sandbox-', (dataDir) => started(dataDir, 'the sandbox alone', stop, 'sandbox'));
}

async function started(dataDir, when, end, app = 'standalone') {
  const began = performance.now();
  const child = spawnBuilt(app, { TENURE_DATA_DIR: dataDir, TENURE_SANDBOX_PORT: '0' });
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

/** Several processes on a PostgreSQL of their own: tenure migrate, twice, then api and worker. */
async function bootSeveral() {
  // here, since the file is there only once something has been built
  const { EmbeddedPostgres } = await import('../../dist/libs/platform/src/embedded/embedded-postgres.js');
  await inFolder('tenure-boot-several-', async (folder) => {
    const server = new EmbeddedPostgres({ dataDir: path.join(folder, 'data'), ephemeral: true });
    try {
      const environment = { DATABASE_URL: await server.start(), TENURE_MASTER_KEY: 'a1'.repeat(32) };
      assert.match(await said(spawnBuilt('cli', environment, ['migrate'])), /^applied /m);
      assert.match(await said(spawnBuilt('cli', environment, ['migrate'])), /^nothing to do/);
      await apiAndWorker(environment);
    } finally {
      await server.stop();
    }
  });
  console.log('  several processes: tenure migrate, api and worker answer what is theirs, end as they should');
}

async function apiAndWorker(environment) {
  const children = ['api', 'worker'].map((app) => spawnBuilt(app, environment));
  try {
    const [api, worker] = await Promise.all(children.map(ready));
    for (const url of [api, worker]) await answers(`${url}/readyz`);
    const { paths } = await answers(`${api}/openapi.json`);
    assert.ok('/v1/instances' in paths, 'the api documents what it serves');
    for (const path of ['/v1/instances', '/openapi.json']) assert.equal((await answers(worker + path, 404)).code, 'route-not-found');
    await Promise.all(children.map(stop));
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function inFolder(prefix, work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
  try {
    await work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
