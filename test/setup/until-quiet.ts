import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Superuser, until } from '#libs/testing';

/** Change by themselves, while nothing is asked. */
const BEATING = ['public.key_holders', 'public.nodes', 'public.platform_state', 'public.retention_walk'];
/** Rows that are work to be done. */
const UNDER_WAY = ['journal_pending', 'journal_unsealed', 'retention_rescans', 'session_queue'];
const A_MOMENT_MS = 1_000;

/** A hash of the rows of every table but those that beat by themselves, and but for the entries of refused attempts. */
export async function standingRows(superuser: Superuser): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await superuser.fingerprintButAttempts()).filter(([table]) => !BEATING.includes(table)));
}

/** Until nothing is under way, and two looks a moment apart see the same rows. */
export async function untilQuiet(superuser: Superuser): Promise<void> {
  await until('nothing is under way and no row changes by itself', async () => {
    for (const table of UNDER_WAY) if ((await superuser.look(`SELECT 1 FROM ${table} LIMIT 1`)).length > 0) return false;
    const before = await standingRows(superuser);
    await sleep(A_MOMENT_MS);
    return isDeepStrictEqual(await standingRows(superuser), before);
  });
}

/** Until two looks in a row see the same, as of a session that goes on saving for a moment after its login. Gives what they saw. */
export async function untilAtRest<T>(look: () => Promise<T>, everyMs: number): Promise<T> {
  let seen = await look();
  await until('at rest', async () => {
    await sleep(everyMs);
    const before = seen;
    seen = await look();
    return isDeepStrictEqual(seen, before);
  });
  return seen;
}
