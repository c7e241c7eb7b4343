// What a connected instance costs while nothing happens, and how long it takes until many are connected: beside raw Baileys.
import { setTimeout as sleep } from 'node:timers/promises';

import { openOwn, openRaw, startFleet } from './fleet.mjs';
import { cpuMs, residentMiB } from './measure.mjs';

const PACE_MS = 40;
const QUIET_MS = 20_000;
const WATCHED_MS = 20_000;

/** `counts`: of instances that stay; `unpaced`: of those that are opened as fast as it goes. */
export async function sessionsBench({ counts, unpaced = 200 }) {
  const results = [];
  for (const instances of counts) results.push(await measure(instances));
  return table(results, unpaced, await openUnpaced(unpaced));
}

async function measure(instances) {
  const fleet = await startFleet({ instances });
  try {
    const before = await memories(fleet);
    const own = await opening(fleet.product, () => openOwn(fleet));
    const raw = await opening(fleet.raw, () => openRaw(fleet, { paceMs: PACE_MS, atOnce: 1_000_000 }));
    await sleep(QUIET_MS);
    const idle = await idleCpu(fleet);
    const after = await memories(fleet);
    return { instances, own: { ...own, ...grown(before.own, after.own, instances), idle: idle.own }, raw: { ...raw, ...grown(before.raw, after.raw, instances), idle: idle.raw } };
  } finally {
    await fleet.stop();
  }
}

async function openUnpaced(instances) {
  const fleet = await startFleet({ instances, environment: { TENURE_CONNECTS_PER_SECOND: '1000' } });
  try {
    const own = await opening(fleet.product, () => openOwn(fleet));
    const raw = await opening(fleet.raw, () => openRaw(fleet, { paceMs: 0, atOnce: 50 }));
    return { own, raw };
  } finally {
    await fleet.stop();
  }
}

async function opening({ pid }, open) {
  const before = cpuMs(pid);
  const ms = await open();
  return { openMs: ms, openCpuMs: cpuMs(pid) - before };
}

async function memories({ product, raw }) {
  return { own: await memoryOf(product), raw: await memoryOf(raw) };
}

async function memoryOf({ pid, ask }) {
  const { heapUsed, external, arrayBuffers } = await ask('memory');
  return { heap: heapUsed, external, arrayBuffers, resident: residentMiB(pid) };
}

/** KiB for one instance. */
function grown(before, after, instances) {
  return Object.fromEntries(Object.keys(before).map((name) => [name, ((after[name] - before[name]) * 1024) / instances]));
}

/** CPU of a second, in ms. */
async function idleCpu({ product, raw }) {
  const before = [cpuMs(product.pid), cpuMs(raw.pid)];
  await sleep(WATCHED_MS);
  const [own, bare] = [cpuMs(product.pid) - before[0], cpuMs(raw.pid) - before[1]].map((ms) => ms / (WATCHED_MS / 1000));
  return { own, raw: bare };
}

function table(results, unpaced, { own: fast, raw: fastRaw }) {
  const rows = results.flatMap(({ instances, own, raw }) => [
    row(instances, `all open, at the same pace of one in ${PACE_MS} ms, s`, own.openMs / 1000, raw.openMs / 1000, 1.2),
    row(instances, 'CPU for opening one, ms', own.openCpuMs / instances, raw.openCpuMs / instances),
    row(instances, 'heap for one, KiB', own.heap, raw.heap, 1.3),
    row(instances, 'buffers outside the heap for one, KiB', own.external, raw.external),
    row(instances, 'resident for one, KiB', own.resident, raw.resident, 1.3),
    row(instances, 'CPU of the process while all are idle, ms a second', own.idle, raw.idle),
  ]);
  rows.push(row(unpaced, 'all open, as fast as it goes, s', fast.openMs / 1000, fastRaw.openMs / 1000, 1.2));
  const head = ['| linked | what | Tenure | raw | ratio | goal |', '|---|---|---|---|---|---|'];
  return `## Connected instances

What the process grew by, after a collection, for each instance that is connected and idle, ${QUIET_MS / 1000} s after the last one. The devices were linked
before: an opening is a claim, a login and what Baileys asks then. The product opens ${1000 / PACE_MS} a second at most; raw is given the same pace.

${[...head, ...rows].join('\n')}
`;
}

function row(instances, what, own, raw, goal) {
  const ratio = own / raw;
  const verdict = goal ? `${goal}x: ${ratio <= goal ? 'met' : '**missed**'}` : '';
  return `| ${instances.toLocaleString('en')} | ${what} | ${own.toFixed(1)} | ${raw.toFixed(1)} | ${ratio.toFixed(2)}x | ${verdict} |`;
}
