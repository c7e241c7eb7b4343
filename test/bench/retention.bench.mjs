// What the rules cost: looking for what is due among millions, doing it, explaining it, and a new version for a large tenant.
import { setTimeout as sleep } from 'node:timers/promises';

import { cpuMs, databaseCpuMs, load, median, request } from './measure.mjs';
import { startDatabase, startTenure } from './processes.mjs';
import { connect, disconnectAll, newTenant, seedDisconnected, settled } from './world.mjs';

const APPLICATION = 'bench-retention';
/** Until the youngest instance is older than the shortest rule: what is previewed is what is put in force. */
const YOUNG_MS = 1_500;
const QUIET_MS = 15_000;
const WATCHED_MS = 30_000;
const DUE = 2_000;
const LARGE = 100_000;
const EXPLAINED = 300;
const PROBE_EVERY_MS = 10;
const match = { environment: ['test'], connection: ['disconnected'] };
const rules = (after, id = 'away') => ({ schema: 'retention/v1', mode: 'enforce', rules: [{ id, kind: 'act', priority: 1, clock: 'latest', match, archive: { after } }] });

export async function retentionBench({ millions = [1, 5] } = {}) {
  const database = await startDatabase();
  const tenure = await startTenure({ DATABASE_URL: `${database.url}?application_name=${APPLICATION}` });
  const client = await connect(database);
  try {
    const { key } = await newTenant(tenure);
    const bench = { database, tenure, client, key };
    await putInForce(bench, rules('P300D'));
    const rows = await due(bench);
    await seedDisconnected(client, LARGE - DUE);
    rows.push(...(await newVersion(bench)), ...(await explain(bench)), ...(await sweeps(bench, millions)));
    return table(rows);
  } finally {
    await client.end();
    await tenure.stop();
    await database.stop();
  }
}

async function putInForce({ tenure: { url }, key }, document) {
  const { version } = await request(`${url}/v1/retention-policy`, { method: 'PUT', key, body: document });
  const of = `${url}/v1/retention-policy/versions/${version}`;
  const { previewToken } = await request(`${of}/preview`, { method: 'POST', key });
  await request(`${of}/activate`, { method: 'POST', key, body: { previewToken } });
}

const rescanned = async (client) => (await client.query('SELECT 1 FROM retention_rescans')).rowCount === 0;

async function until(condition) {
  while (!(await condition())) await sleep(50);
}

/** Archives by rule, each decided twice and journalled: until the last of them is put away. They are made by the API: what is put away is sealed with keys. */
async function due({ tenure, client, key }) {
  const create = (n) => request(`${tenure.url}/v1/instances`, { method: 'POST', key, body: { name: `due ${n}`, labels: { plan: 'free' } } });
  await load({ pid: tenure.pid, times: DUE, inFlight: 8, work: create, settled: () => settled(client) });
  await disconnectAll(client);
  await sleep(YOUNG_MS);
  const archived = async () => (await client.query(`SELECT 1 FROM instances WHERE lifecycle = 'active' LIMIT 1`)).rowCount === 0;
  const [cpu, base] = [cpuMs(tenure.pid), await databaseCpuMs(client, APPLICATION)];
  await putInForce({ tenure, key }, rules('PT1S', 'soon'));
  await until(archived);
  const [own, its] = [(cpuMs(tenure.pid) - cpu) / DUE, ((await databaseCpuMs(client, APPLICATION)) - base) / DUE];
  return [
    ['an instance that is due: CPU of the database, ms', its.toFixed(2), '0.5', its <= 0.5],
    ['the same: CPU of the process, ms', own.toFixed(2), '3, both together', own + its <= 3],
  ];
}

/** Somebody updates one instance of the tenant all the time while everything of it is decided anew. */
async function newVersion({ database, tenure, client, key }) {
  await until(() => rescanned(client));
  const probe = await connect(database);
  const waits = [];
  let over = false;
  const { rows } = await client.query(`SELECT instance_id FROM instance_heads ORDER BY instance_id DESC LIMIT 1`);
  const prober = (async () => {
    while (!over) {
      const began = performance.now();
      await probe.query('BEGIN');
      await probe.query('SELECT 1 FROM instance_heads WHERE instance_id = $1 FOR UPDATE', [rows[0].instance_id]);
      await probe.query('COMMIT');
      waits.push(performance.now() - began);
      await sleep(PROBE_EVERY_MS);
    }
  })();
  const began = performance.now();
  await putInForce({ tenure, key }, rules('P300D', 'later'));
  const activated = performance.now() - began;
  await until(() => rescanned(client));
  const all = performance.now() - began;
  over = true;
  await prober;
  await probe.end();
  const most = Math.max(...waits);
  return [
    [`a new version for ${LARGE.toLocaleString('en')}: previewed and put in force, ms`, activated.toFixed(0), '', null],
    ['the same: until every instance has been decided anew, s', (all / 1000).toFixed(1), '', null],
    ['the longest that an update of one of them waited, ms', most.toFixed(0), '100', most <= 100],
  ];
}

async function explain({ tenure: { url }, key }) {
  const { data } = await request(`${url}/v1/instances?limit=1`, { key });
  const took = [];
  for (let n = 0; n < EXPLAINED; n++) {
    const began = performance.now();
    await request(`${url}/v1/instances/${data[0].id}/retention`, { key });
    took.push(performance.now() - began);
  }
  const each = median(took.slice(20));
  return [['an explanation, ms', each.toFixed(1), '5', each <= 5]];
}

/** What the sweep's looks cost the database while nothing is due, above what an idle process costs it anyway. */
async function sweeps({ client }, millions) {
  const rows = [];
  let [seeded, idle] = [0, null];
  for (const count of [0, ...millions]) {
    await schedule(client, seeded * 1_000_000, count * 1_000_000);
    seeded = count;
    await sleep(QUIET_MS);
    const base = await databaseCpuMs(client, APPLICATION);
    await sleep(WATCHED_MS);
    const perSecond = ((await databaseCpuMs(client, APPLICATION)) - base) / (WATCHED_MS / 1000);
    idle ??= perSecond;
    const more = perSecond - idle;
    if (count === 0) rows.push(['an idle process, its sweep among the rest: CPU of the database, ms a second', perSecond.toFixed(1), '', null]);
    else rows.push([`the same with ${count} million deadlines that are not due: more, ms a second`, more.toFixed(1), '1', more <= 1]);
  }
  return rows;
}

/** Deadlines far away, a thousand for each of many tenants; what they are of is not looked at before they are due. The indexes are built over all of them at the end. */
async function schedule(client, from, to) {
  if (to <= from) return;
  const { rows: indexes } = await client.query(`SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'retention_schedule' AND indexname NOT LIKE '%pkey'`);
  await client.query('SET session_replication_role = replica');
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await client.query(
    `INSERT INTO retention_schedule (tenant_id, instance_id, next_action, next_due_at, rule_id, policy_version, cycle, decided_at)
     SELECT lpad(to_hex(n / 1000), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, 'archive', now() + random() * interval '300 days' + interval '1 day', 'default', 1, 0, now()
     FROM generate_series($1::int + 1, $2::int) AS n`,
    [from, to],
  );
  for (const { definition } of indexes) await client.query(definition);
  await client.query('SET session_replication_role = origin');
  await client.query('VACUUM ANALYZE retention_schedule');
}

function table(rows) {
  const verdict = (isMet) => (isMet === null ? '' : isMet ? ': met' : ': **missed**');
  const lines = rows.map(([name, value, goal, isMet]) => `| ${name} | ${value} | ${goal}${verdict(isMet)} |`);
  return `## Retention\n\n${['| what | figure | goal |', '|---|---|---|', ...lines].join('\n')}\n`;
}
