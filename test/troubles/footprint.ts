import { setTimeout as sleep } from 'node:timers/promises';
import { Scrape } from '../setup/scrape.js';
import { collectGarbage } from './collect-garbage.js';
import type { Host } from './host.js';

/** What a process takes up. */
export interface Footprint {
  sessions: number;
  sockets: number;
  timers: number;
  heapMegabytes: number;
}

const LOOKS = 8;
const LOOK_EVERY_MS = 700;
/** The pool of 20, which is full when all loops come round at once, what listens beside it, and clients that may come again. */
const OTHER_SOCKETS = 26;
const OTHER_TIMERS = 25;
const HEAP_FACTOR = 1.25;
const HEAP_MEGABYTES = 20;

/** At rest: the least of several looks, since what is being done just now is no leak. */
export async function footprintOf(host: Host): Promise<Footprint> {
  const looks: Footprint[] = [];
  await collectGarbage(host.process.output);
  for (let look = 0; look < LOOKS; look++) {
    looks.push(await lookAt(host));
    await sleep(LOOK_EVERY_MS);
  }
  const least = (of: keyof Footprint) => Math.min(...looks.map((seen) => seen[of]));
  return { sessions: looks.at(-1)!.sessions, sockets: least('sockets'), timers: least('timers'), heapMegabytes: least('heapMegabytes') };
}

/** What is left over, by what each session took up before. */
export function leftOvers(before: Footprint, after: Footprint): string[] {
  const timersEach = before.timers / Math.max(1, before.sessions);
  const most = {
    sockets: after.sessions + OTHER_SOCKETS,
    timers: Math.ceil(timersEach * after.sessions) + OTHER_TIMERS,
    heapMegabytes: HEAP_FACTOR * before.heapMegabytes + HEAP_MEGABYTES,
  };
  const over = (Object.keys(most) as (keyof typeof most)[]).filter((what) => after[what] > most[what]);
  return over.map((what) => `${after[what]} ${what} for ${after.sessions} sessions: no more than ${most[what]} are accounted for (before: ${before[what]} for ${before.sessions})`);
}

async function lookAt({ process }: Host): Promise<Footprint> {
  const scrape = await Scrape.of(process.url);
  const active = (type: string) => scrape.value('nodejs_active_resources', { type }) ?? 0;
  return {
    sessions: scrape.value('tenure_sessions') ?? 0,
    sockets: active('TCPSocketWrap'),
    timers: active('Timeout'),
    heapMegabytes: Math.round((scrape.value('nodejs_heap_size_used_bytes') ?? 0) / 2 ** 20),
  };
}
