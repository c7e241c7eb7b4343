// What a preview of a large tenant takes: every instance decided by two versions, beside only reading the same rows.
import { cpuMs, median, request, residentMiB } from './measure.mjs';
import { startDatabase, startTenure } from './processes.mjs';
import { connect, newTenant, seedDisconnected } from './world.mjs';

const match = { environment: ['test'], connection: ['disconnected'] };
const rule = (id, priority, more) => ({ id, kind: 'act', priority, clock: 'latest', match, ...more });
const IN_FORCE = { schema: 'retention/v1', mode: 'enforce', rules: [rule('default', 1000, { archive: { after: 'P300D' } })] };
const WANTED = {
  ...{ schema: 'retention/v1', mode: 'enforce', exempt: { labels: ['vip'] } },
  rules: [
    { id: 'keep', kind: 'retain', match: { labels: { plan: 'enterprise' } }, clock: 'latest', for: 'P365D' },
    rule('banned', 10, { match: { reason: ['banned'] }, archive: { after: 'P1D' }, purge: { after: 'P90D', grace: 'P14D' } }),
    rule('default', 1000, { archive: { after: 'P30D' }, purge: { after: 'P120D', grace: 'P7D' } }),
  ],
};

export async function previewBench({ rounds, instances = 100_000 }) {
  const database = await startDatabase();
  const tenure = await startTenure({ DATABASE_URL: database.url });
  const client = await connect(database);
  try {
    const { key } = await newTenant(tenure);
    const version = await twoVersions(tenure, key);
    await seedDisconnected(client, instances);
    const measured = [];
    for (let round = 0; round <= rounds; round++) measured.push(await measure(tenure, client, key, version));
    return table(instances, measured.slice(1));
  } finally {
    await client.end();
    await tenure.stop();
    await database.stop();
  }
}

async function twoVersions({ url }, key) {
  const draft = async (body) => (await request(`${url}/v1/retention-policy`, { method: 'PUT', key, body })).version;
  const first = `${url}/v1/retention-policy/versions/${await draft(IN_FORCE)}`;
  const { previewToken } = await request(`${first}/preview`, { method: 'POST', key });
  await request(`${first}/activate`, { method: 'POST', key, body: { previewToken } });
  return draft(WANTED);
}

async function measure({ url, pid }, client, key, version) {
  const [cpu, began] = [cpuMs(pid), performance.now()];
  const { due } = await request(`${url}/v1/retention-policy/versions/${version}/preview`, { method: 'POST', key });
  const [wall, used] = [performance.now() - began, cpuMs(pid) - cpu];
  const reading = performance.now();
  await client.query('SELECT * FROM retention_facts');
  return { wall, cpu: used, due, read: performance.now() - reading, resident: residentMiB(pid) };
}

function table(instances, measured) {
  const of = (what) => median(measured.map((round) => round[what]));
  const rows = [
    ['preview, ms', of('wall').toFixed(0)],
    ['of it CPU of the process, ms', of('cpu').toFixed(0)],
    ['reading the same rows into memory with pg alone, ms', of('read').toFixed(0)],
    ['candidates', of('due').toLocaleString('en')],
    ['resident after it, MiB', of('resident').toFixed(0)],
  ];
  const met = of('wall') <= 2_000 ? 'met' : '**missed**';
  const head = [`| ${instances.toLocaleString('en')} instances, two versions | |`, '|---|---|'];
  return `## Preview\n\nThe goal of 2 s is ${met}.\n\n${[...head, ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n')}\n`;
}
