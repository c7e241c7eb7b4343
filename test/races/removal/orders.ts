import type { Dice } from '../../troubles/dice.js';
import type { Side } from './course.js';

/** Whose turn it is, again and again. */
export type Order = readonly Side[];

/** Every order in which two can take their turns. */
export function* allOrders(removal: number, adversary: number): Generator<Order> {
  if (removal === 0 && adversary === 0) yield [];
  if (removal > 0) for (const rest of allOrders(removal - 1, adversary)) yield ['removal', ...rest];
  if (adversary > 0) for (const rest of allOrders(removal, adversary - 1)) yield ['adversary', ...rest];
}

/** One of them, each as likely as any other. */
export const someOrder = (dice: Dice, removal: number, adversary: number): Order =>
  dice.shuffled([...Array<Side>(removal).fill('removal'), ...Array<Side>(adversary).fill('adversary')]);

/** As a failure is told: who moved, in short. */
export const tellOrder = (order: Order): string => order.map((side) => (side === 'removal' ? 'R' : 'a')).join('');
