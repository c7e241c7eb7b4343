import { setTimeout as sleep } from 'node:timers/promises';
import type { Course, Rest, Side } from './course.js';
import type { Race } from './run-race.js';
import { within } from './statement-gates.js';

const POLL_MS = 3;
const PATIENCE_MS = 30_000;

/**
 * Who goes on wherever both could: as `choices` say, and then the removal. Where only one can there is nothing to choose. `made` is what was
 * chosen, from the first to the last.
 */
export function followChoices(choices: readonly Side[], made: Side[]): Race {
  return async (removal, adversary) => {
    const running = [removal, adversary].map(({ course, act }) => within(course, () => course.run(act)));
    const both = { removal: removal.course, adversary: adversary.course };
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
      const rests = await settle(both);
      if (rests.removal === 'over' && rests.adversary === 'over') break;
      const next = choose(rests, choices, made);
      if (next) both[next].letOn();
      else await sleep(POLL_MS);
    }
    await Promise.all(running);
  };
}

function choose(rests: Record<Side, Rest>, choices: readonly Side[], made: Side[]): Side | null {
  const standing = (['removal', 'adversary'] as const).filter((side) => rests[side] === 'stands');
  if (standing.length < 2) return standing[0] ?? null;
  const side = choices[made.length] ?? 'removal';
  made.push(side);
  return side;
}

/** Who waited may have been let through by what the other has just done: nobody is asked before the other is at rest. */
async function settle({ removal, adversary }: Record<Side, Course>): Promise<Record<Side, Rest>> {
  await removal.rest();
  const ofAdversary = await adversary.rest();
  const ofRemoval = await removal.rest();
  return { removal: ofRemoval, adversary: ofAdversary === 'waits' ? await adversary.rest() : ofAdversary };
}
