import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.js';

const WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 200;
const WORK = {
  'journal entries without a position': 'SELECT 1 FROM journal_pending',
  'journal entries that are in no tree': 'SELECT 1 FROM journal_unsealed',
  'instances that wait to be opened': 'SELECT 1 FROM session_queue',
  'jobs that are not done': `SELECT 1 FROM pgboss.job WHERE state IN ('created', 'retry', 'active')`,
  'messages on their way': `SELECT 1 FROM sandbox.stanzas WHERE answer LIKE 'message|%'`,
};

/** What work is left after a while: nothing, if all is well. */
export async function untilDrained(fleet: Fleet): Promise<string[]> {
  for (const end = performance.now() + WITHIN_MS; ; await sleep(LOOK_EVERY_MS)) {
    const left = await workOf(fleet);
    if (left.length === 0 || performance.now() > end) return left;
  }
}

async function workOf({ superuser }: Fleet): Promise<string[]> {
  const left: string[] = [];
  for (const [what, query] of Object.entries(WORK)) {
    const [row] = await superuser.look<{ n: number }>(`SELECT count(*)::int AS n FROM (${query}) AS left_over`);
    if (row!.n > 0) left.push(`${row!.n} ${what}`);
  }
  return left;
}
