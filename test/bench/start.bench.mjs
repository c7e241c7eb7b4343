// From the start of the process to the first 200, on data that is there already, beside a bare server's.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { median, request } from './measure.mjs';
import { startBare, startDatabase, startTenure } from './processes.mjs';

export async function startBench({ rounds }) {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-start-'));
  const database = await startDatabase();
  const own = [];
  const bare = [];
  try {
    for (let n = 0; n <= rounds; n++) {
      own.push(await firstAnswer(() => startTenure({ TENURE_DATA_DIR: dataDir })));
      bare.push(await firstAnswer(() => startBare(database.url), '/v1/nothing'));
    }
  } finally {
    await database.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
  const [ours, floor] = [median(own.slice(1)), median(bare.slice(1))].map((ms) => ms / 1000);
  const met = ours <= 1.5 ? 'met' : '**missed**';
  const row = `| ${ours.toFixed(2)} | ${(own[0] / 1000).toFixed(2)} | ${floor.toFixed(2)} | 1.5 s: ${met} |`;
  return `## Start\n\nSeconds until the first answer, the embedded database with it; the bare server finds its database running.\n\n| Tenure, warm | Tenure, on new data | bare | goal |\n|---|---|---|---|\n${row}\n`;
}

async function firstAnswer(start, path = '/readyz') {
  const began = performance.now();
  const server = await start();
  await request(server.url + path).catch(() => undefined);
  const took = performance.now() - began;
  await server.stop();
  return took;
}
