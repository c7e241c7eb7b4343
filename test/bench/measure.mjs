// CPU and memory of a process as the kernel counts them, and load with a fixed number in flight.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';

const TICK_MS = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Milliseconds of CPU that a process has used, all its threads together. */
export function cpuMs(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const backends = new Map();

/** Milliseconds of CPU of the database's processes that serve this application, those that have ended since the first look with it. */
export async function databaseCpuMs(client, application) {
  const { rows } = await client.query('SELECT pid FROM pg_stat_activity WHERE application_name = $1', [application]);
  for (const { pid } of rows) backends.set(`${application} ${pid}`, cpuMs(pid));
  return [...backends].filter(([name]) => name.startsWith(`${application} `)).reduce((sum, [, ms]) => sum + ms, 0);
}

/** Resident memory in MiB. */
export function residentMiB(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** One request over a connection that is kept. Gives the parsed body; anything but a 2xx is an error. */
export function request(url, { method = 'GET', key, body } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { ...(key && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) };
    const sent = http.request(url, { method, headers, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode >= 300) reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
        else resolve(text && JSON.parse(text));
      });
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

/** Runs `work` so many times, so many at once, and gives what one of them took: of the clock and of the process's CPU. */
export async function load({ pid, times, inFlight, work, settled = async () => undefined }) {
  let next = 0;
  const cpuBefore = cpuMs(pid);
  const began = performance.now();
  const one = async () => {
    for (let n = next++; n < times; n = next++) await work(n);
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const wallMs = (performance.now() - began) / times;
  await settled();
  return { wallMs, cpuMs: (cpuMs(pid) - cpuBefore) / times };
}
