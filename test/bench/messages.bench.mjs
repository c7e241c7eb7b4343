// What a message costs in and out, and how many a second there may be: beside raw Baileys, in rounds that alternate.
import { setTimeout as sleep } from 'node:timers/promises';

import { openOwn, openRaw, PRODUCT, startFleet } from './fleet.mjs';
import { databaseCpuMs, load, median, request } from './measure.mjs';

const IN_FLIGHT = 8;
const GOAL = 1.5;

export async function messagesBench({ rounds, instances = 20, messages = 200 }) {
  const fleet = await startFleet({ instances });
  try {
    await openOwn(fleet);
    await openRaw(fleet, { paceMs: 40, atOnce: 10 });
    const traffic = trafficOf(fleet);
    await traffic.warmUp();
    const measured = { receive: [], send: [] };
    for (let n = 0; n <= rounds; n++) {
      measured.receive.push({ own: await traffic.receiveOwn(messages), raw: await traffic.receiveRaw(messages) });
      measured.send.push({ own: await traffic.sendOwn(messages), raw: await traffic.sendRaw(messages) });
    }
    return table(measured);
  } finally {
    await fleet.stop();
  }
}

function trafficOf(fleet) {
  const { client, tenant, pairs, sandbox, product, raw } = fleet;
  const pair = (n) => pairs[n % pairs.length];
  const kept = async () => (await client.query('SELECT count(*)::int AS n FROM messages WHERE NOT from_me')).rows[0].n;
  const seen = async () => (await request(`${raw.url}/counts`)).received;

  /** A friend writes. */
  const write = (to) => (n) =>
    request(`${sandbox.url}/v1/sandbox/phones/${pair(n).friend}/messages`, { method: 'POST', key: tenant.key, body: { to: to(pair(n)), text: `hello ${n}` } });
  const receive = async (process, to, count, times) => {
    const before = await count();
    const settled = () => until(async () => (await count()) >= before + times);
    return measured(fleet, process, times, () => load({ pid: process.pid, times, inFlight: IN_FLIGHT, work: write(to), settled }));
  };
  const send = (process, work, times) => measured(fleet, process, times, () => load({ pid: process.pid, times, inFlight: IN_FLIGHT, work }));
  const ownWork = (n) =>
    request(`${product.url}/v1/instances/${pair(n).own.instanceId}/messages`, { method: 'POST', key: tenant.key, body: { to: pair(n).friend, type: 'text', text: `hello ${n}` } });
  const rawWork = (n) => request(`${raw.url}/send`, { method: 'POST', body: { from: pair(n).bare.number, to: pair(n).friend, text: `hello ${n}` } });

  return {
    receiveOwn: (times) => receive(product, ({ own }) => own.number, kept, times),
    receiveRaw: (times) => receive(raw, ({ bare }) => bare.number, seen, times),
    sendOwn: (times) => send(product, ownWork, times),
    sendRaw: (times) => send(raw, rawWork, times),
    /** The first message of two people is dear: they exchange keys. */
    async warmUp() {
      for (const work of [this.receiveOwn, this.receiveRaw, this.sendOwn, this.sendRaw]) await work(pairs.length * 2);
    },
  };
}

/** With the CPU of the database on behalf of the product, and how late the event loop was. */
async function measured({ client }, process, times, work) {
  await process.ask('watchLoop');
  const before = await databaseCpuMs(client, PRODUCT);
  const { cpuMs, wallMs } = await work();
  const databaseMs = (await databaseCpuMs(client, PRODUCT)) - before;
  const { p99 } = await process.ask('loop');
  return { cpuMs, wallMs, databaseMs: databaseMs / times, loopMs: p99 };
}

async function until(isSo) {
  while (!(await isSo())) await sleep(20);
}

function table({ receive, send }) {
  const rows = [row('receive a text', receive.slice(1)), row('send a text, acknowledged, over HTTP', send.slice(1))];
  const head = ['| operation | Tenure, CPU ms | its database, CPU ms | raw, CPU ms | ratio | goal | event loop late, p99 ms | raw |', '|---|---|---|---|---|---|---|---|'];
  return `## Messages\n\n1:1 texts, ${IN_FLIGHT} in flight.\n\n${[...head, ...rows].join('\n')}\n`;
}

function row(what, rounds) {
  const of = (who, figure) => median(rounds.map((round) => round[who][figure]));
  const ratio = median(rounds.map(({ own, raw }) => own.cpuMs / raw.cpuMs));
  const figures = [of('own', 'cpuMs'), of('own', 'databaseMs'), of('raw', 'cpuMs')].map((ms) => ms.toFixed(2)).join(' | ');
  const late = [of('own', 'loopMs'), of('raw', 'loopMs')].map((ms) => ms.toFixed(0)).join(' | ');
  return `| ${what} | ${figures} | ${ratio.toFixed(2)}x | ${GOAL}x: ${ratio <= GOAL ? 'met' : '**missed**'} | ${late} |`;
}
