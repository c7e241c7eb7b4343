import type { Dice } from '../../troubles/dice.js';
import type { Side } from './course.js';

/** Whose turn it is, again and again. */
export type Order = readonly Side[];

/** One of all in which two can take their turns, each as likely as any other. */
export const someOrder = (dice: Dice, removal: number, adversary: number): Order =>
  dice.shuffled([...Array<Side>(removal).fill('removal'), ...Array<Side>(adversary).fill('adversary')]);

/** As a failure is told: who moved, in short. */
export const tellOrder = (order: Order): string => order.map((side) => (side === 'removal' ? 'R' : 'a')).join('');
