import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '#libs/testing';
import { Scrape } from '../setup/scrape.js';
import type { Fleet } from './fleet.js';

/** What shows that somebody has a session, or is about to: rows, jobs, sockets of the processes, devices that are logged in. */
interface Traces {
  owned: number;
  atIt: number;
  jobs: number;
  sessions: number;
  loggedIn: number;
}

const NONE: Traces = { owned: 0, atIt: 0, jobs: 0, sessions: 0, loggedIn: 0 };
const LOOK_EVERY_MS = 250;

export const untilNobodyHasASession = (fleet: Fleet): Promise<true> => until('nobody to have a session', async () => isNone(await tracesOf(fleet)));

/** The first trace of a session that is seen within this time; null when there is none. */
export async function whoComesBack(fleet: Fleet, withinMs: number): Promise<Traces | null> {
  for (const end = performance.now() + withinMs; performance.now() < end; await sleep(LOOK_EVERY_MS)) {
    const traces = await tracesOf(fleet);
    if (!isNone(traces)) return traces;
  }
  return null;
}

async function tracesOf(fleet: Fleet): Promise<Traces> {
  const [row] = await fleet.superuser.look<Pick<Traces, 'owned' | 'atIt' | 'jobs'>>(`SELECT
    (SELECT count(*)::int FROM connections WHERE owner_node IS NOT NULL) AS owned,
    (SELECT count(*)::int FROM connections WHERE state NOT IN ('disconnected', 'never_paired')) AS "atIt",
    (SELECT count(*)::int FROM pgboss.job WHERE state IN ('created', 'retry', 'active')) AS jobs`);
  const scrapes = await Promise.all(fleet.holders.map(({ process }) => Scrape.of(process.url)));
  const sessions = scrapes.reduce((total, scrape) => total + scrape.value('tenure_sessions')!, 0);
  return { ...row!, sessions, loggedIn: await fleet.loggedIn() };
}

const isNone = (traces: Traces): boolean => (Object.keys(NONE) as (keyof Traces)[]).every((what) => traces[what] === 0);
