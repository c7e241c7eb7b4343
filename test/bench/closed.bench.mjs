// What a worker does all day on account of instances that are stopped: nothing that grows with their number.
import { setTimeout as sleep } from 'node:timers/promises';

import { cpuMs, databaseCpuMs, residentMiB } from './measure.mjs';
import { migrate, startDatabase, startPart } from './processes.mjs';
import { connect, seedClosed } from './world.mjs';

const QUIET_MS = 20_000;
const WATCHED_MS = 30_000;
const WORKER = 'bench-worker';

export async function closedBench({ closed = 10_000 } = {}) {
  const database = await startDatabase();
  migrate(database.url);
  const client = await connect(database);
  try {
    const none = await idleWorker(database, client);
    await seedClosed(client, closed);
    const many = await idleWorker(database, client);
    return table(closed, none, many);
  } finally {
    await client.end();
    await database.stop();
  }
}

/** A worker that was just started, once it has nothing left to do. */
async function idleWorker(database, client) {
  const worker = await startPart('worker', { TENURE_MASTER_KEY: '07'.repeat(32), DATABASE_URL: `${database.url}?application_name=${WORKER}` });
  try {
    await sleep(QUIET_MS);
    const [cpu, base, queries] = [cpuMs(worker.pid), await databaseCpuMs(client, WORKER), await transactions(client)];
    await sleep(WATCHED_MS);
    const each = (now, before) => (now - before) / (WATCHED_MS / 1000);
    const rates = { cpu: each(cpuMs(worker.pid), cpu), database: each(await databaseCpuMs(client, WORKER), base), queries: each(await transactions(client), queries) };
    const { heapUsed } = await worker.ask('memory');
    return { ...rates, heap: heapUsed, resident: residentMiB(worker.pid) };
  } finally {
    await worker.stop();
  }
}

async function transactions(client) {
  const { rows } = await client.query(`SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()`);
  return Number(rows[0].n);
}

function table(closed, none, many) {
  const kinds = [
    ['CPU of the worker, ms a second', 'cpu', 1],
    ['CPU of the database for it, ms a second', 'database', 1],
    ['transactions a second', 'queries', 1],
    ['heap after a collection, MiB', 'heap', 1],
    ['resident, MiB', 'resident', 0],
  ];
  const rows = kinds.map(([name, kind, digits]) => `| ${name} | ${none[kind].toFixed(digits)} | ${many[kind].toFixed(digits)} |`);
  const head = [`| a worker that is idle | with none | with ${closed.toLocaleString('en')} closed |`, '|---|---|---|'];
  return `## Closed instances\n\nInstances that are stopped cost rows and nothing else. Each figure is of a worker that was started ${QUIET_MS / 1000} s before, over ${WATCHED_MS / 1000} s.\n\n${[...head, ...rows].join('\n')}\n`;
}
