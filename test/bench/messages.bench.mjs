// What a message costs in and out, and how many a second there may be: beside raw Baileys, in rounds that alternate.
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { uuidOf } from '../../dist/libs/contracts/src/index.js';
import { openOwn, openRaw, PRODUCT, SANDBOX, startFleet } from './fleet.mjs';
import { cpuMs, databaseCpuMs, load, median, request } from './measure.mjs';

const GOAL = 1.5;
const LATE_MS = 100;
const IN_FLIGHT = 8;
const IDLE_MS = 8_000;
const RECEIVE = { perSecond: 25, seconds: 10 };
const SENDS = 200;
const WAITING = { perSecond: 100, seconds: 10 };

/** `rates`: of received messages a second, tried one after the other until one is too much. */
export async function messagesBench({ rounds, instances = 20, rates = [25, 50, 75, 100, 150, 200] }) {
  const fleet = await startFleet({ instances });
  try {
    await fleet.sandbox.ask('noteSent');
    const sides = [new Side(fleet, fleet.product, fleet.own), new Side(fleet, fleet.raw, fleet.bare)];
    const [own, raw] = sides;
    const caughtUp = { own: await own.catchUp(WAITING, () => openOwn(fleet)), raw: await raw.catchUp(WAITING, () => openRaw(fleet, { paceMs: 40, atOnce: 1_000 })) };
    for (const side of sides) await side.prepare();
    const measured = { receive: [], send: [] };
    for (let n = 0; n < rounds; n++) {
      measured.receive.push(await each(sides, (side) => side.receive(RECEIVE)));
      measured.send.push(await each(sides, (side) => side.send(SENDS)));
    }
    const ladder = [];
    for (const perSecond of rates) {
      ladder.push(await own.receive({ perSecond, seconds: 8 }));
      if (ladder.at(-1).latency.p99 > LATE_MS) break;
    }
    return `${table(measured)}\n${catchUpTable(caughtUp)}\n${ladderTable(ladder)}`;
  } finally {
    await fleet.stop();
  }
}

async function each([own, raw], work) {
  return { own: await work(own), raw: await work(raw) };
}

/** The product or raw Baileys, with its tenant in the sandbox. */
class Side {
  constructor(fleet, process, { tenant, devices, friends }) {
    Object.assign(this, { fleet, process, tenant, devices, friends, runs: 0, idle: { cpu: 0, database: 0 } });
  }

  get isProduct() {
    return this.process === this.fleet.product;
  }

  /** While nobody is connected friends write; then all connect, and there is nothing else to be done. */
  async catchUp(plan, open) {
    const sent = await this.traffic('waiting', plan);
    await this.process.ask('watchLoop');
    const [before, began] = [cpuMs(this.process.pid), performance.now()];
    const opened = open();
    await until(async () => (await this.received()) >= sent);
    const took = performance.now() - began;
    const loop = await this.process.ask('loop');
    await opened;
    return { messages: sent, perSecond: (sent * 1000) / took, cpu: (cpuMs(this.process.pid) - before) / sent, loop };
  }

  /** The first message between two is dear, since they exchange keys; and what a process does anyway is no message's price. */
  async prepare() {
    await this.receive({ perSecond: 10, seconds: 6 });
    await this.send(this.devices.length * 3);
    await sleep(3_000);
    const before = await this.used();
    await sleep(IDLE_MS);
    const after = await this.used();
    this.idle = { cpu: (after.cpu - before.cpu) / IDLE_MS, database: (after.database - before.database) / IDLE_MS };
  }

  /** Friends write at a rate. */
  async receive(plan) {
    const label = `r${this.runs++}`;
    return this.measure(async () => {
      const before = await this.received();
      const sent = await this.traffic(label, plan);
      await until(async () => (await this.received()) - before >= sent);
      return sent;
    }, plan.seconds * 1000);
  }

  async send(times) {
    return this.measure(async () => {
      await load({ pid: this.process.pid, times, inFlight: IN_FLIGHT, work: (n) => this.sendOne(n) });
      return times;
    });
  }

  sendOne(n) {
    const { number, instanceId } = this.devices[n % this.devices.length];
    const [to, text] = [this.friends[n % this.friends.length], `hello ${n}`];
    if (!this.isProduct) return request(`${this.process.url}/send`, { method: 'POST', body: { from: number, to, text } });
    return request(`${this.process.url}/v1/instances/${instanceId}/messages`, { method: 'POST', key: this.tenant.key, body: { to, type: 'text', text } });
  }

  /** CPU of one message: what the process used beyond what it uses when idle, and how late its event loop was. */
  async measure(work, spreadMs) {
    await this.fleet.sandbox.ask('sent');
    await this.process.ask('watchLoop');
    const [before, began] = [await this.used(), performance.now()];
    const messages = await work();
    const took = performance.now() - began;
    const after = await this.used();
    const { p99 } = await this.process.ask('loop');
    const one = (kind) => (after[kind] - before[kind] - this.idle[kind] * took) / messages;
    const latency = spreadMs && this.isProduct ? await latencyOf(this.fleet, this.tenant) : undefined;
    return { cpu: one('cpu'), database: one('database'), loop: p99, perSecond: (messages * 1000) / (spreadMs ?? took), busy: shares(before, after, took), latency };
  }

  async used() {
    const { client, sandbox } = this.fleet;
    const [database, others] = [await databaseCpuMs(client, PRODUCT), await databaseCpuMs(client, SANDBOX)];
    return { cpu: cpuMs(this.process.pid), database, sandbox: cpuMs(sandbox.pid), databases: database + others };
  }

  async received() {
    if (!this.isProduct) return (await request(`${this.process.url}/counts`)).received;
    const { rows } = await this.fleet.client.query('SELECT count(*)::int AS n FROM messages WHERE tenant_id = $1 AND NOT from_me', [uuidOf(this.tenant.id)]);
    return rows[0].n;
  }

  /** How many were sent. */
  async traffic(label, plan) {
    await request(`${this.fleet.sandbox.url}/v1/sandbox/load/traffic`, { method: 'POST', key: this.tenant.key, body: { label, ...plan } });
    for (;;) {
      const { traffic } = await request(`${this.fleet.sandbox.url}/v1/sandbox/load`, { key: this.tenant.key });
      if (!traffic.running) return traffic.sent;
      await sleep(100);
    }
  }
}

/** From the moment that the sandbox puts a message on the wire to the commit of the product's row: two processes, one clock. */
async function latencyOf({ client, sandbox }, tenant) {
  const sent = new Map(await sandbox.ask('sent'));
  const { rows } = await client.query(
    `SELECT whatsapp_id AS id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS at FROM messages
     WHERE tenant_id = $1 AND NOT from_me AND whatsapp_id = ANY($2)`,
    [uuidOf(tenant.id), [...sent.keys()]],
  );
  const late = rows.map(({ id, at }) => at - sent.get(id)).sort((a, b) => a - b);
  const at = (share) => late[Math.min(late.length - 1, Math.floor(late.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}

/** Of a core. */
function shares(before, after, took) {
  return Object.fromEntries(Object.keys(before).map((kind) => [kind, (after[kind] - before[kind]) / took]));
}

async function until(isSo) {
  while (!(await isSo())) await sleep(20);
}

function table({ receive, send }) {
  const rows = [row('receive a text', receive), row('send a text over HTTP, until it is acknowledged', send)];
  const head = ['| operation | Tenure, CPU ms | its database, CPU ms | raw, CPU ms | ratio | goal | event loop late, p99 ms | raw |', '|---|---|---|---|---|---|---|---|'];
  return `## Messages\n\n1:1 texts: received at ${RECEIVE.perSecond} a second, sent with ${IN_FLIGHT} in flight. What each process uses when nothing is said is taken off.\n\n${[...head, ...rows].join('\n')}\n`;
}

function row(what, rounds) {
  const of = (who, figure) => median(rounds.map((round) => round[who][figure]));
  const ratio = median(rounds.map(({ own, raw }) => own.cpu / raw.cpu));
  const figures = [of('own', 'cpu'), of('own', 'database'), of('raw', 'cpu')].map((ms) => ms.toFixed(2)).join(' | ');
  const late = [of('own', 'loop'), of('raw', 'loop')].map((ms) => ms.toFixed(0)).join(' | ');
  return `| ${what} | ${figures} | ${ratio.toFixed(2)}x | ${GOAL}x: ${ratio <= GOAL ? 'met' : '**missed**'} | ${late} |`;
}

function catchUpTable({ own, raw }) {
  const rows = [['Tenure', own], ['raw', raw]].map(([name, { messages, perSecond, cpu, loop }]) => `| ${name} | ${messages} | ${perSecond.toFixed(0)} | ${cpu.toFixed(2)} | ${loop.p99.toFixed(0)} | ${loop.max.toFixed(0)} |`);
  const head = ['| catching up | messages that waited | a second | CPU ms for one | event loop late, p99 ms | at most, ms |', '|---|---|---|---|---|---|'];
  return `Messages that came while nobody was connected, from the moment that all may connect to the last one; logins and first key exchanges are in it.\n\n${[...head, ...rows].join('\n')}\n`;
}

function ladderTable(ladder) {
  const percent = (share) => `${(share * 100).toFixed(0)} %`;
  const rows = ladder.map(({ perSecond, latency: { p50, p99 }, loop, busy: { cpu, sandbox, databases } }) => {
    return `| ${perSecond.toFixed(0)} | ${p50.toFixed(0)} | ${p99.toFixed(0)} | ${loop.toFixed(0)} | ${[cpu, sandbox, databases].map(percent).join(' | ')} |`;
  });
  const head = ['| received a second | wire to commit, median ms | p99 ms | event loop late, p99 ms | Tenure, of a core | sandbox | database, for both |', '|---|---|---|---|---|---|---|'];
  return `From the moment that the sandbox puts a message on the wire to the commit of its row. All of it shares ${os.cpus().length} cores: a rate that is too much is so for them together.\n\n${[...head, ...rows].join('\n')}\n`;
}
