// How fast a journal leaves as a file that anyone can check, beside only reading the same rows; and how fast that file is checked.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { cpuMs, median, residentMiB } from './measure.mjs';
import { startDatabase, startTenure } from './processes.mjs';
import { connect, newTenant, settled } from './world.mjs';

const CLI = path.resolve(import.meta.dirname, '../../dist/apps/cli/src/main.js');

export async function exportBench({ rounds, entries = 50_000 }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-export-'));
  const database = await startDatabase();
  const tenure = await startTenure({ DATABASE_URL: database.url, TENURE_CHECKPOINT_FILE: path.join(folder, 'checkpoints') });
  const client = await connect(database);
  try {
    const { key } = await newTenant(tenure);
    await seedEntries(client, entries);
    const keys = path.join(folder, 'keys.txt');
    fs.writeFileSync(keys, await textOf(`${tenure.url}/v1/audit/keys`, key));
    const measured = [];
    for (let round = 0; round <= rounds; round++) measured.push(await measure({ tenure, client, key, keys, folder }));
    return table(measured.slice(1));
  } finally {
    await client.end();
    await tenure.stop();
    await database.stop();
    fs.rmSync(folder, { recursive: true });
  }
}

/** Of the tenant that is there, as the journal appends them: the sequencer and the sealer do the rest. */
async function seedEntries(client, count) {
  await client.query(
    `WITH entries AS (INSERT INTO journal (tenant_id, id, type, occurred_at, actor, data)
       SELECT t.id, gen_random_uuid(), 'policy.drafted', clock_timestamp(), '{"kind":"system","id":"bench"}', jsonb_build_object('version', n)
       FROM tenants t, generate_series(1, $1::int) AS n RETURNING tenant_id, id)
     INSERT INTO journal_pending (tenant_id, event_id) SELECT tenant_id, id FROM entries`,
    [count],
  );
  await settled(client);
}

async function measure({ tenure: { url, pid }, client, key, keys, folder }) {
  const file = path.join(folder, 'export.ndjson');
  const [cpu, began] = [cpuMs(pid), performance.now()];
  const text = await textOf(`${url}/v1/audit/export`, key);
  const [wall, used] = [performance.now() - began, cpuMs(pid) - cpu];
  fs.writeFileSync(file, text);
  const reading = performance.now();
  const { rowCount } = await client.query('SELECT * FROM journal_positions p JOIN journal j ON j.tenant_id = p.tenant_id AND j.id = p.event_id ORDER BY p.position');
  const [read, checking] = [performance.now() - reading, performance.now()];
  execFileSync(process.execPath, [CLI, 'audit', 'verify', file, '--key', keys]);
  return { entries: rowCount, wall, cpu: used, read, check: performance.now() - checking, mib: text.length / 2 ** 20, resident: residentMiB(pid) };
}

async function textOf(url, key) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.text();
}

function table(measured) {
  const of = (what) => median(measured.map((round) => round[what]));
  const rate = (what) => Math.round((of('entries') / of(what)) * 1000).toLocaleString('en');
  const rows = [
    ['exported, entries/s', rate('wall')],
    ['of it CPU of the process, ms per 1,000 entries', ((of('cpu') / of('entries')) * 1000).toFixed(1)],
    ['reading the same rows into memory with pg alone, entries/s', rate('read')],
    ['checked by `tenure audit verify`, its start included, entries/s', rate('check')],
    ['the file, MiB', of('mib').toFixed(1)],
    ['resident after it, MiB', of('resident').toFixed(0)],
  ];
  return `## Export\n\n| a journal of ${of('entries').toLocaleString('en')} entries | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}\n`;
}
