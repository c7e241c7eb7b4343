import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until there is something to see. @throws with `what` when it takes longer than `ms` */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>, ms = 30_000): Promise<T> {
  for (const end = Date.now() + ms; ; await sleep(25)) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`Waited ${ms} ms in vain: ${what}`);
  }
}
