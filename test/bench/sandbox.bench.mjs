// What a sandbox process manages with many sockets: the clients are in a process of their own, the database is the embedded one.
import { fork } from 'node:child_process';
import path from 'node:path';

import { cpuMs, request, residentMiB } from './measure.mjs';
import { asker, startSandbox } from './processes.mjs';

const SOCKETS = Number(process.env.SOCKETS ?? 1_000);
const WRITERS = 50;
const TEXTS = Number(process.env.TEXTS ?? 2_000);

export async function sandboxBench() {
  const sandbox = await startSandbox();
  const fleet = startFleet();
  try {
    const made = await measured(sandbox, SOCKETS + WRITERS, () => put(sandbox, '/v1/sandbox/load', { phones: SOCKETS + WRITERS }));
    const numbers = Array.from({ length: SOCKETS + WRITERS }, (_, n) => String(5599000000001n + BigInt(n)));
    const { url, key, root, address } = sandbox;
    const linked = await measured(sandbox, SOCKETS, () => fleet.ask('register', { url, key, root, address, numbers: numbers.slice(0, SOCKETS) }));
    const idle = residentMiB(sandbox.pid);
    const opened = await measured(sandbox, SOCKETS, () => fleet.ask('connect', { inFlight: 50 }));
    const first = await traffic(sandbox, 'first', SOCKETS);
    const later = await traffic(sandbox, 'later', TEXTS);
    await fleet.ask('send', { count: SOCKETS, to: numbers.slice(SOCKETS), text: 'open' });
    await arrived(sandbox, 'open', SOCKETS);
    const back = await measured(sandbox, TEXTS, async () => {
      await fleet.ask('send', { count: TEXTS, to: numbers.slice(SOCKETS), text: 'back' });
      await arrived(sandbox, 'back', TEXTS);
    });
    const memory = ((residentMiB(sandbox.pid) - idle) / SOCKETS) * 1024;
    return table([
      ['make a phone', made],
      ['link a device without a pairing', linked],
      ['a login, to the end of its questions, 50 at once', opened],
      ['a phone’s first text to a device, which opens a session', first],
      ['a phone’s later texts, receipts included', later],
      ['a device’s text to a phone, receipt included', back],
    ], memory);
  } finally {
    fleet.stop();
    await sandbox.stop();
  }
}

/** So many texts as fast as it goes, until every one is receipted. */
async function traffic(sandbox, label, texts) {
  return measured(sandbox, texts, async () => {
    await request(`${sandbox.url}/v1/sandbox/load/traffic`, { method: 'POST', key: sandbox.key, body: { label, perSecond: 1_000, seconds: 600 } });
    await until(async () => (await request(`${sandbox.url}/v1/sandbox/load`, { key: sandbox.key })).traffic.sent >= texts);
    await request(`${sandbox.url}/v1/sandbox/load/traffic`, { method: 'DELETE', key: sandbox.key });
    await until(async () => (await tally(sandbox, label)).waiting === 0);
  }, async () => (await request(`${sandbox.url}/v1/sandbox/load`, { key: sandbox.key })).traffic.sent);
}

const arrived = (sandbox, label, texts) => until(async () => (await tally(sandbox, label)).received >= texts);
const tally = (sandbox, label) => request(`${sandbox.url}/v1/sandbox/load/tally?label=${label}`, { key: sandbox.key });
const put = (sandbox, route, body) => request(sandbox.url + route, { method: 'PUT', key: sandbox.key, body });

async function until(look) {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 250));
}

/** Per piece of work: milliseconds of the clock and of the sandbox's CPU. `count`: how many there were after all. */
async function measured(sandbox, times, work, count = async () => times) {
  const [cpuBefore, began] = [cpuMs(sandbox.pid), performance.now()];
  await work();
  const [wallMs, cpu] = [performance.now() - began, cpuMs(sandbox.pid) - cpuBefore];
  const done = await count();
  return { perSecond: (done / wallMs) * 1000, cpuMs: cpu / done };
}

function startFleet() {
  const child = fork(path.join(import.meta.dirname, 'baileys-fleet.mjs'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return { ask: asker(child), stop: () => child.kill() };
}

function table(rows, kibibytes) {
  const lines = rows.map(([name, { perSecond, cpuMs: cpu }]) => `| ${name} | ${perSecond.toFixed(0)} | ${cpu.toFixed(2)} |`);
  return `## Sandbox

A sandbox process with ${SOCKETS.toLocaleString('en')} unmodified Baileys clients, all in one other process on the same cores: what a second brings forth is as much theirs.
The first column of figures is per second, the second milliseconds of the sandbox's CPU for one. A socket takes ${kibibytes.toFixed(0)} KiB.

| what | per second | CPU ms |
|---|---|---|
${lines.join('\n')}
`;
}
