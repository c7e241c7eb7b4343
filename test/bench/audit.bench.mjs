// What the audit costs: writers with and without a sealer beside them, how fast it seals what has piled up, and a proof among a million entries.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import * as auditLib from '../../dist/libs/audit/src/index.js';
import { newId, uuidOf } from '../../dist/libs/contracts/src/index.js';
import * as platform from '../../dist/libs/platform/src/index.js';
import { TenantsModule } from '../../dist/libs/tenants/src/index.js';
import { median } from './measure.mjs';
import { startDatabase } from './processes.mjs';
import { connect } from './world.mjs';

const ROLES = { api: false, worker: false };
const WRITERS = 16;
const APPENDED = 3_000;
const PILED_UP = 50_000;
const MILLION = 1_000_000;
const BATCH = 10_000;
const PROOFS = 300;
const ACTOR = { kind: 'system', id: 'bench' };
const MASTER = randomBytes(32);

export async function auditBench({ rounds = 5 } = {}) {
  const database = await startDatabase();
  await platform.installSchema(database.url, platform.MIGRATIONS);
  const client = await connect(database);
  try {
    return table([...(await appending(database, client, rounds)), ...(await sealing(database, client)), ...(await proving(database))]);
  } finally {
    await client.end();
    await database.stop();
  }
}

/** A process of the product without WhatsApp, in this one. */
async function startGround({ url }, sealed) {
  const settings = platform.readSettings([...platform.PLATFORM_SETTINGS, auditLib.AuditSettings], { PORT: '0', TENURE_LOG_LEVEL: 'silent' });
  const keyring = new platform.Keyring([new platform.MasterKey(MASTER)]);
  const imports = [platform.PlatformModule.forRoot({ settings, target: new platform.DatabaseTarget(url, WRITERS + 4), keyring, roles: ROLES }), TenantsModule.forRoot(ROLES)];
  if (sealed) imports.push(auditLib.AuditModule.forRoot(ROLES));
  const app = await platform.createHttpApp({ module: class Ground {}, imports }, 'bench');
  await platform.verifyMasterKey(app.get(platform.Database), keyring);
  await app.init();
  return app;
}

const isEmpty = async (client, name) => (await client.query(`SELECT 1 FROM ${name} LIMIT 1`)).rowCount === 0;

async function untilEmpty(client, name) {
  while (!(await isEmpty(client, name))) await sleep(20);
}

/** Both in turn on the same database: what a writer waits for, and what one process does a second while it seals, too. */
async function appending(database, client, rounds) {
  const [alone, beside] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    for (const [sealed, took] of [[false, alone], [true, beside]]) {
      const app = await startGround(database, sealed);
      if (sealed) await untilEmpty(client, 'journal_unsealed');
      const ms = await append(app);
      if (round > 0) took.push(ms);
      await untilEmpty(client, 'journal_pending');
      await app.close();
    }
  }
  const [without, together] = [median(alone), median(beside)];
  const cost = (together / without - 1) * 100;
  return [
    ['an entry, 16 writers, nobody seals: ms', (without / APPENDED).toFixed(3), '', null],
    ['the same while it is sealed: ms', (together / APPENDED).toFixed(3), `10 % more (${cost.toFixed(1)} %)`, cost <= 10],
  ];
}

async function append(app) {
  const [database, journal] = [app.get(platform.Database), app.get(platform.Journal)];
  const tenants = Array.from({ length: 4 }, () => newId('ten'));
  let next = 0;
  const began = performance.now();
  const writer = async () => {
    for (let n = next++; n < APPENDED; n = next++) {
      await database.forTenant(tenants[n % tenants.length], (tx) => journal.appendOfTenant(tx, { type: 'api_key.revoked', actor: ACTOR, data: { keyId: newId('key') } }));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return performance.now() - began;
}

/** Entries that are there as if the sealer had been away. */
async function sealing(database, client) {
  const tenant = uuidOf(newId('ten'));
  await client.query(
    `WITH made AS (SELECT n, gen_random_uuid() AS id FROM generate_series(1, $2::int) AS n),
     entries AS (INSERT INTO journal (tenant_id, id, type, occurred_at, actor, data)
                 SELECT $1, id, 'api_key.revoked', now(), '{"kind":"system","id":"bench"}', jsonb_build_object('keyId', id) FROM made),
     placed AS (INSERT INTO journal_positions (tenant_id, position, event_id) SELECT $1, n, id FROM made)
     INSERT INTO journal_heads (tenant_id, position) VALUES ($1, $2::int)`,
    [tenant, PILED_UP],
  );
  await client.query('INSERT INTO journal_unsealed (tenant_id, position, since) VALUES ($1, $2, clock_timestamp())', [tenant, PILED_UP]);
  const app = await startGround(database, true);
  const began = performance.now();
  await untilEmpty(client, 'journal_unsealed');
  const perSecond = PILED_UP / ((performance.now() - began) / 1000);
  await app.close();
  return [['entries of one tenant that are sealed in a second', Math.round(perSecond).toLocaleString('en'), '', null]];
}

async function proving(database) {
  const app = await startGround(database, true);
  const [db, reader] = [app.get(platform.Database), app.get(auditLib.TreeReader, { strict: false })];
  const tenant = newId('ten');
  await grow(app, db, tenant);
  const took = [];
  for (let n = 0; n < PROOFS; n++) {
    const index = Math.floor(Math.random() * MILLION);
    const began = performance.now();
    const hashOf = await db.readForTenant(tenant, (tx) => reader.hashes(tx, auditLib.inclusionNodes(index, MILLION)));
    auditLib.inclusionProof(index, MILLION, hashOf);
    took.push(performance.now() - began);
  }
  await app.close();
  const [middle, slow] = [median(took), [...took].sort((a, b) => a - b)[Math.floor(PROOFS * 0.99)]];
  return [
    ['a proof that an entry is among a million: ms', middle.toFixed(2), '10', middle <= 10],
    ['the same, the slowest of a hundred: ms', slow.toFixed(2), '10', slow <= 10],
  ];
}

async function grow(app, db, tenant) {
  const nodes = app.get(auditLib.TreeNodesRepository, { strict: false });
  const range = auditLib.CompactRange.empty();
  while (range.size < MILLION) {
    const made = [];
    for (let n = 0; n < BATCH; n++) range.append(randomBytes(32), (level, index, hash) => level % 8 === 0 && made.push({ level, index, hash }));
    await db.forTenant(tenant, (tx) => nodes.insert(tx, made));
  }
}

function table(rows) {
  const lines = rows.map(([what, value, goal, met]) => `| ${what} | ${value} | ${met === null ? '' : `${goal}: ${met ? 'met' : '**missed**'}`} |`);
  return `## Audit\n\n${['| what | measured | goal |', '|---|---|---|', ...lines].join('\n')}\n\nMeasured in ${process.version}; writers and sealer share one process.\n`;
}
