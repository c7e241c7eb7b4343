import { type Course } from './course.js';
import type { Order } from './orders.js';
import { within } from './statement-gates.js';

interface Racer {
  course: Course;
  act: () => Promise<unknown>;
}

/** Both go, one step at a time, in this order; whoever waits for a lock loses its turn. What is left over goes the removal first. */
export async function runRace(order: Order, removal: Racer, adversary: Racer): Promise<void> {
  const running = [removal, adversary].map(({ course, act }) => within(course, () => course.run(act)));
  const both = { removal: removal.course, adversary: adversary.course };
  for (const side of order) {
    await Promise.all([both.removal.rest(), both.adversary.rest()]);
    both[side].letOn();
  }
  await goOn(both.removal, both.adversary);
  await Promise.all(running);
}

async function goOn(...courses: Course[]): Promise<void> {
  for (;;) {
    const rests = await Promise.all(courses.map((course) => course.rest()));
    const next = courses[rests.indexOf('stands')];
    if (next) next.letOn();
    else if (rests.every((rest) => rest === 'over')) return;
    else await Promise.race(courses.filter((_, n) => rests[n] === 'waits').map((course) => course.moves()));
  }
}
