// Resident memory: idle, and after a thousand instances were created and archived.
import { load, request, residentMiB } from './measure.mjs';
import { startDatabase, startTenure } from './processes.mjs';
import { connect, newTenant, settled } from './world.mjs';

const COUNT = 1_000;
const QUIET_MS = 15_000;
const quiet = () => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

export async function memoryBench() {
  const database = await startDatabase();
  const tenure = await startTenure({ DATABASE_URL: database.url });
  const client = await connect(database);
  try {
    const { key } = await newTenant(tenure);
    await warmUp(tenure, key);
    await quiet();
    const idle = residentMiB(tenure.pid);
    const peak = await churn(tenure, key, client);
    await quiet();
    const after = residentMiB(tenure.pid);
    return table(idle, peak, after);
  } finally {
    await client.end();
    await tenure.stop();
    await database.stop();
  }
}

/** What is compiled and cached at the first use is not what stays of a thousand instances. */
async function warmUp({ url }, key) {
  for (let n = 0; n < 50; n++) await createAndArchive(url, key, `warm ${n}`);
}

async function churn({ url, pid }, key, client) {
  let peak = 0;
  const work = async (n) => {
    await createAndArchive(url, key, `churn ${n}`);
    peak = Math.max(peak, residentMiB(pid));
  };
  await load({ pid, times: COUNT, inFlight: 8, work, settled: () => settled(client) });
  return peak;
}

async function createAndArchive(url, key, name) {
  const { id } = await request(`${url}/v1/instances`, { method: 'POST', key, body: { name } });
  await request(`${url}/v1/instances/${id}/archive`, { method: 'POST', key, body: {} });
}

function table(idle, peak, after) {
  const grown = (after / idle - 1) * 100;
  const met = grown <= 20 ? 'met' : '**missed**';
  const row = `| ${idle.toFixed(0)} | ${peak.toFixed(0)} | ${after.toFixed(0)} | ${grown.toFixed(0)} % | back within 20 %: ${met} |`;
  return `## Memory\n\nResident, in MiB, of the Node process; after is ${QUIET_MS / 1000} s after the last of ${COUNT.toLocaleString('en')} instances was created and archived.\n\n| idle | peak | after | more than idle | goal |\n|---|---|---|---|---|\n${row}\n`;
}
