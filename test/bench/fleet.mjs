// A sandbox, the product and raw Baileys, each in its own process, and as many linked devices for both sides.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { ConnectionsRepository } from '../../dist/libs/connections/src/connections.repository.js';
import { CredentialsRepository } from '../../dist/libs/connections/src/credentials.repository.js';
import { CredentialsStore } from '../../dist/libs/connections/src/credentials-store.js';
import { SignalKeysRepository } from '../../dist/libs/connections/src/signal-keys.repository.js';
import { encodeJson } from '../../dist/libs/connections/src/whatsapp-engine.js';
import { newId, uuidOf } from '../../dist/libs/contracts/src/index.js';
import { Database, DatabaseTarget, InstanceKeys, MasterKey } from '../../dist/libs/platform/src/index.js';
import { load, request } from './measure.mjs';
import { migrate, startDatabase, startPart, startRaw, startTenure } from './processes.mjs';
import { makeDevice, makePhone, storeInFiles } from './ready-paired.mjs';
import { connect, newTenant } from './world.mjs';

const MASTER_KEY = Buffer.alloc(32, 7);
const VERSION = [2, 3000, 1043857760];
/** The database tells by it whose connections are whose. */
const named = (url, name) => `${url}?application_name=${name}`;

export const PRODUCT = 'bench-product';
export const SANDBOX = 'bench-sandbox';

/** Instances of the product are stopped until `openOwn`, raw sockets until `openRaw`. */
export async function startFleet({ instances, environment = {} }) {
  const stops = [];
  const stop = async () => {
    for (const one of stops.reverse()) await one();
  };
  const keep = (process) => {
    stops.push(process.stop);
    return process;
  };
  try {
    const database = keep(await startDatabase({ withCommitTimes: true }));
    migrate(database.url);
    const settings = { TENURE_MASTER_KEY: MASTER_KEY.toString('hex'), TENURE_SESSIONS: '5000', ...environment };
    const sandbox = keep(await startPart('sandbox', { ...settings, TENURE_SANDBOX_PORT: '0', DATABASE_URL: named(database.url, SANDBOX) }));
    const address = /TENURE_SANDBOX_URL=(\S+)/.exec(sandbox.output)[1];
    const product = keep(await startTenure({ ...settings, TENURE_SANDBOX_URL: address, DATABASE_URL: named(database.url, PRODUCT) }));
    const raw = keep(await startRaw());
    const client = await connect(database);
    stops.push(() => client.end());
    const tenant = await newTenant(product);
    const server = { url: `${address}/ws/${tenant.id}`, root: /Root key\s+(\S+)/.exec(sandbox.output)[1], version: VERSION };
    const ground = new Database(new DatabaseTarget(database.url, 5));
    stops.push(() => ground.onApplicationShutdown());
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-raw-'));
    stops.push(() => fs.rmSync(folder, { recursive: true, force: true }));
    const pairs = await makePairs({ ground, client, tenant, folder, count: instances });
    return { client, sandbox, product, raw, server, tenant, pairs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Devices of the product, as many raw ones, and a friend of each pair, who has a phone. */
async function makePairs({ ground, client, tenant, folder, count }) {
  const pairs = [];
  const work = async (n) => {
    const [own, bare, friend] = [1, 2, 3].map((kind) => `5511${kind}${String(n).padStart(8, '0')}`);
    await makePhone(ground, tenant.id, friend);
    const instanceId = await storeInProduct(ground, await makeDevice(ground, tenant.id, own), tenant.id);
    const { folder: of } = await storeInFiles(folder, await makeDevice(ground, tenant.id, bare));
    pairs[n] = { own: { number: own, instanceId }, bare: { number: bare, folder: of }, friend };
  };
  await load({ pid: process.pid, times: count, inFlight: 4, work });
  await client.query('VACUUM ANALYZE');
  return pairs;
}

const connections = new ConnectionsRepository();
const credentials = new CredentialsRepository();
const instanceKeys = new InstanceKeys(new MasterKey(MASTER_KEY));

/** As if it had been paired through the API and then stopped. */
async function storeInProduct(ground, { number, creds, keys }, tenantId) {
  const instanceId = newId('ins');
  const ids = [uuidOf(tenantId), uuidOf(instanceId)];
  const store = new CredentialsStore(ground, credentials, new SignalKeysRepository(), instanceKeys);
  const owner = await ground.forTenant(tenantId, async (tx) => {
    await tx.run(`INSERT INTO instance_heads (tenant_id, instance_id, environment, seq) VALUES ($1, $2, 'test', 1)`, ids);
    await tx.run(
      `INSERT INTO instances (tenant_id, id, environment, name, name_key, lifecycle_since, created_at, updated_at)
       VALUES ($1, $2, 'test', $2::uuid::text, $2::uuid::text, now(), now(), now())`,
      ids,
    );
    await instanceKeys.create(tx, instanceId);
    await connections.write(tx, instanceId, linkedAndStopped());
    await connections.notePhone(tx, instanceId, number);
    await credentials.prepare(tx, instanceId);
    return (await store.takeOver(tx, instanceId)).owner;
  });
  await store.save(owner, encodeJson(creds));
  await store.keysOf(owner).set(keys);
  return instanceId;
}

function linkedAndStopped() {
  const since = new Date();
  return {
    ...{ state: 'disconnected', since, settledState: 'disconnected', settledReason: 'user_stopped', settledSince: since, reasonAt: since },
    ...{ pairingSince: null, tryingSince: null },
  };
}

/** All at once, by a change of their rows: what follows is the worker's own pace. Resolves when all are connected, with the milliseconds. */
export async function openOwn({ client, pairs }, from = 0, to = pairs.length) {
  const ids = pairs.slice(from, to).map(({ own }) => uuidOf(own.instanceId));
  const began = performance.now();
  await client.query(`UPDATE instances SET desired_state = 'running' WHERE id = ANY($1)`, [ids]);
  for (;;) {
    const { rows } = await client.query(`SELECT count(*)::int AS open FROM connections WHERE state = 'connected'`);
    if (rows[0].open >= to) return performance.now() - began;
    await sleep(50);
  }
}

export async function openRaw({ raw, server, pairs }, { paceMs, atOnce }, from = 0, to = pairs.length) {
  const began = performance.now();
  await request(`${raw.url}/open`, { method: 'POST', body: { server, devices: pairs.slice(from, to).map(({ bare }) => bare), paceMs, atOnce } });
  while ((await request(`${raw.url}/counts`)).connected < to) await sleep(50);
  return performance.now() - began;
}
