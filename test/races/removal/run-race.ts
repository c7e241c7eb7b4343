import { setTimeout as sleep } from 'node:timers/promises';
import { type Course } from './course.js';
import type { Order } from './orders.js';
import { within } from './statement-gates.js';

const POLL_MS = 3;
const PATIENCE_MS = 30_000;

export interface Racer {
  course: Course;
  act: () => Promise<unknown>;
}

/** How two are let on. */
export type Race = (removal: Racer, adversary: Racer) => Promise<void>;

export const inOrder = (order: Order): Race => (removal, adversary) => runRace(order, removal, adversary);

/** Both go, one step at a time, in this order; whoever waits for a lock loses its turn. What is left over goes the removal first. */
async function runRace(order: Order, removal: Racer, adversary: Racer): Promise<void> {
  const running = [removal, adversary].map(({ course, act }) => within(course, () => course.run(act)));
  const both = { removal: removal.course, adversary: adversary.course };
  for (const side of order) {
    await Promise.all([both.removal.rest(), both.adversary.rest()]);
    both[side].letOn();
  }
  await goOn(both.removal, both.adversary);
  await Promise.all(running);
}

/** @throws when they wait for each other, or for somebody else */
async function goOn(...courses: Course[]): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
    const rests = await Promise.all(courses.map((course) => course.rest()));
    const next = courses[rests.indexOf('stands')];
    if (next) next.letOn();
    else if (rests.every((rest) => rest === 'over')) return;
    // who waited when it was asked may have moved on since: nobody tells that twice
    else await sleep(POLL_MS);
  }
  throw new Error('The two wait, and nothing moves');
}
