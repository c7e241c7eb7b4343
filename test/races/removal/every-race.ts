import type { Side } from './course.js';
import { followChoices } from './follow-choices.js';
import type { Race } from './run-race.js';

/** For an afternoon that does not end. */
const MOST = 5_000;

/**
 * Every way in which two can take their turns, each once: what one run had to choose is where the others branch off. Orders that differ only in the
 * turns of somebody who waits for a lock, or is done, are one and the same.
 * @throws when the same choices do not lead to the same places, or there are too many
 */
export async function everyRace(hold: (race: Race, tell: () => string) => Promise<void>): Promise<number> {
  let held = 0;
  for (const ahead: Side[][] = [[]]; ahead.length > 0; held++) {
    if (held > MOST) throw new Error(`There are more than ${MOST} ways`);
    const choices = ahead.pop()!;
    const made: Side[] = [];
    await hold(followChoices(choices, made), () => tellChoices(made));
    if (made.length < choices.length) throw new Error(`${tellChoices(choices)} led to ${tellChoices(made)} this time`);
    for (let n = choices.length; n < made.length; n++) ahead.push([...made.slice(0, n), 'adversary']);
  }
  return held;
}

const tellChoices = (choices: readonly Side[]): string => choices.map((side) => (side === 'removal' ? 'R' : 'a')).join('');
