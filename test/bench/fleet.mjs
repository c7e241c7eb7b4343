// A sandbox, the product and raw Baileys, each in its own process, and as many linked devices for both.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { ConnectionsRepository } from '../../dist/libs/connections/src/connections.repository.js';
import { CredentialsRepository } from '../../dist/libs/connections/src/credentials.repository.js';
import { CredentialsStore } from '../../dist/libs/connections/src/credentials-store.js';
import { SignalKeysRepository } from '../../dist/libs/connections/src/signal-keys.repository.js';
import { DEFAULT_SETTINGS } from '../../dist/libs/connections/src/settings/instance-settings.js';
import { socketOptions } from '../../dist/libs/connections/src/settings/socket-options.js';
import { FLEET_OPTIONS } from '../../dist/libs/connections/src/session-socket.js';
import { SignalMemory } from '../../dist/libs/connections/src/signal-memory.js';
import { encodeJson } from '../../dist/libs/connections/src/whatsapp-engine.js';
import { newId, uuidOf } from '../../dist/libs/contracts/src/index.js';
import { Database, DatabaseTarget, InstanceKeys, Keyring, MasterKey } from '../../dist/libs/platform/src/index.js';
import { load, request } from './measure.mjs';
import { migrate, startDatabase, startPart, startRaw, startTenure } from './processes.mjs';
import { linkDevice, storeInFiles } from './ready-paired.mjs';
import { connect, newTenant } from './world.mjs';

const MASTER_KEY = Buffer.alloc(32, 7);
/** Of an instance that nobody has set anything of; what of it is a function, the raw side has written down again. */
const OPTIONS = { ...FLEET_OPTIONS, ...socketOptions(() => DEFAULT_SETTINGS), version: [2, 3000, 1043857760] };
/** Phones without a device, who write and are written to. */
const FRIENDS = 20;
const FIRST_NUMBER = 5599000000001n;
/** The database tells by it whose connections are whose. */
export const PRODUCT = 'bench-product';
export const SANDBOX = 'bench-sandbox';
/** The sandbox is not what is measured: it does not wait for the disk. */
const HASTY = encodeURIComponent('-c synchronous_commit=off');
const named = (url, name) => `${url}?application_name=${name}`;

/** Instances of the product are stopped until `openOwn`, raw sockets closed until `openRaw`. Each side has a tenant of its own in the sandbox. */
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
    const sandbox = keep(await startPart('sandbox', { ...settings, TENURE_SANDBOX_PORT: '0', DATABASE_URL: `${named(database.url, SANDBOX)}&options=${HASTY}` }));
    const address = /TENURE_SANDBOX_URL=(\S+)/.exec(sandbox.output)[1];
    const product = keep(await startTenure({ ...settings, TENURE_SANDBOX_URL: address, DATABASE_URL: named(database.url, PRODUCT) }));
    const raw = keep(await startRaw());
    const client = await connect(database);
    stops.push(() => client.end());
    const ground = new Database(new DatabaseTarget(database.url, 5));
    stops.push(() => ground.onApplicationShutdown());
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-raw-'));
    stops.push(() => fs.rmSync(folder, { recursive: true, force: true }));
    const own = await makeSide(sandbox, await newTenant(product), instances, (tenant, device) => storeInProduct(ground, tenant.id, device));
    const bare = await makeSide(sandbox, await newTenant(product), instances, (_, device) => storeInFiles(folder, device));
    await client.query('VACUUM ANALYZE');
    const server = { url: `${address}/ws/${bare.tenant.id}`, root: /Root key\s+(\S+)/.exec(sandbox.output)[1], options: OPTIONS };
    return { client, sandbox, product, raw, server, own, bare, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Linked devices, and friends for them to talk to. */
async function makeSide(sandbox, tenant, count, store) {
  await request(`${sandbox.url}/v1/sandbox/load`, { method: 'PUT', key: tenant.key, body: { phones: count + FRIENDS, firstNumber: String(FIRST_NUMBER) } });
  const numbers = Array.from({ length: count + FRIENDS }, (_, n) => String(FIRST_NUMBER + BigInt(n)));
  const devices = [];
  const work = async (n) => void (devices[n] = await store(tenant, await linkDevice(sandbox, tenant.key, numbers[n])));
  await load({ pid: process.pid, times: count, inFlight: 4, work });
  return { tenant, devices, friends: numbers.slice(count) };
}

const connections = new ConnectionsRepository();
const credentials = new CredentialsRepository();
const instanceKeys = new InstanceKeys(new Keyring([new MasterKey(MASTER_KEY)]));

/** As if it had been paired through the API and then stopped. */
async function storeInProduct(ground, tenantId, { number, creds, keys }) {
  const instanceId = newId('ins');
  const ids = [uuidOf(tenantId), uuidOf(instanceId)];
  const store = new CredentialsStore(ground, credentials, new SignalKeysRepository(), instanceKeys, new SignalMemory());
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
  return { number, instanceId };
}

function linkedAndStopped() {
  const since = new Date();
  return {
    ...{ state: 'disconnected', since, settledState: 'disconnected', settledReason: 'user_stopped', settledSince: since, reasonAt: since },
    ...{ pairingSince: null, tryingSince: null },
  };
}

/** All at once, by a change of their rows: what follows is the worker's own pace. Resolves when all are connected, with the milliseconds. */
export async function openOwn({ client, own: { devices } }) {
  const ids = devices.map(({ instanceId }) => uuidOf(instanceId));
  const began = performance.now();
  await client.query(`UPDATE instances SET desired_state = 'running' WHERE id = ANY($1)`, [ids]);
  for (;;) {
    const { rows } = await client.query(`SELECT count(*)::int AS open FROM connections WHERE state = 'connected'`);
    if (rows[0].open >= ids.length) return performance.now() - began;
    await sleep(50);
  }
}

/** `paceMs` between two; `atOnce`: no more are under way at a time. */
export async function openRaw({ raw, server, bare: { devices } }, { paceMs, atOnce }) {
  const began = performance.now();
  await request(`${raw.url}/open`, { method: 'POST', body: { server, devices, paceMs, atOnce } });
  while ((await request(`${raw.url}/counts`)).connected < devices.length) await sleep(50);
  return performance.now() - began;
}
