// Create, list and read, each beside the bare server, in rounds that alternate.
import { load, request } from './measure.mjs';
import { startBare, startDatabase, startTenure } from './processes.mjs';
import { connect, newBareTenant, newTenant, seed, settled } from './world.mjs';

const IN_FLIGHT = 8;

/** @returns {Promise<Array<{ name: string, goal: string, rounds: Array<{ tenure: object, bare: object }> }>>} */
export async function httpBench({ rounds, creates = 1_000, reads = 2_000, lists = 300, large = 100_000 }) {
  const database = await startDatabase();
  const tenure = await startTenure({ DATABASE_URL: database.url });
  const bare = await startBare(database.url);
  const client = await connect(database);
  try {
    const run = { tenure, bare, client, rounds };
    return [await create(run, creates), await list(run, lists, 1_000), await list(run, lists, large), await read(run, reads)];
  } finally {
    await client.end();
    await tenure.stop();
    await bare.stop();
    await database.stop();
  }
}

async function create({ tenure, bare, client, rounds }, times) {
  const name = `create an instance, ${IN_FLIGHT} in flight, ${times.toLocaleString('en')} of them, with everything it leads to`;
  const measured = [];
  await interleave(rounds, async () => {
    const [own, bares] = [await newTenant(tenure), await newBareTenant(bare)];
    const work = (server, key) => (n) => request(`${server.url}/v1/instances`, { method: 'POST', key, body: { name: `i ${n}`, labels: { plan: 'free' } } });
    measured.push({
      tenure: await load({ pid: tenure.pid, times, inFlight: IN_FLIGHT, work: work(tenure, own.key), settled: () => settled(client) }),
      bare: await load({ pid: bare.pid, times, inFlight: IN_FLIGHT, work: work(bare, bares.key) }),
    });
  });
  return { name, goal: '3 ms CPU', goalMs: 3, rounds: measured.slice(1) };
}

async function list({ tenure, bare, client, rounds }, times, count) {
  const [own, bares] = [await newTenant(tenure), await newBareTenant(bare)];
  await seed(client, own.key, bares.id, count);
  const measured = [];
  await interleave(rounds, async () => {
    const work = (server, key) => () => request(`${server.url}/v1/instances?limit=50`, { key });
    measured.push({
      tenure: await load({ pid: tenure.pid, times, inFlight: IN_FLIGHT, work: work(tenure, own.key) }),
      bare: await load({ pid: bare.pid, times, inFlight: IN_FLIGHT, work: work(bare, bares.key) }),
    });
  });
  return { name: `first page of 50 out of ${count.toLocaleString('en')}`, goal: '5 ms CPU', goalMs: 5, rounds: measured.slice(1) };
}

async function read({ tenure, bare, client, rounds }, times) {
  const [own, bares] = [await newTenant(tenure), await newBareTenant(bare)];
  await seed(client, own.key, bares.id, 1_000);
  const ids = async (server, key) => (await request(`${server.url}/v1/instances?limit=50`, { key })).data.map(({ id }) => id);
  const [owns, theirs] = [await ids(tenure, own.key), await ids(bare, bares.key)];
  const measured = [];
  await interleave(rounds, async () => {
    const work = (server, key, known) => (n) => request(`${server.url}/v1/instances/${known[n % known.length]}`, { key });
    measured.push({
      tenure: await load({ pid: tenure.pid, times, inFlight: IN_FLIGHT, work: work(tenure, own.key, owns) }),
      bare: await load({ pid: bare.pid, times, inFlight: IN_FLIGHT, work: work(bare, bares.key, theirs) }),
    });
  });
  return { name: 'read an instance with its state', goal: '0.7 ms CPU', goalMs: 0.7, rounds: measured.slice(1) };
}

/** One round more than asked for: the first warms up and is thrown away. */
async function interleave(rounds, round) {
  for (let n = 0; n <= rounds; n++) await round();
}
