import { randomInt } from 'node:crypto';
import { Dice as Chance } from '../../../test/troubles/dice.js';
import type { Dice } from './tamper.js';

/** `TENURE_SEED` repeats a run. */
export const newSeed = (): number => Number(process.env.TENURE_SEED ?? randomInt(2 ** 31));

export function diceOf(seed: number): Dice {
  const chance = new Chance(seed);
  return (n) => chance.between(0, n - 1);
}
