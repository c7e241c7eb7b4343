import { numberAt, type NumberRange } from './number-range.js';

/** Who writes to whom. */
export interface Route {
  from: string;
  to: string;
}

/** Every phone that writes has a session with every device that it writes to: of those that could, so many do. */
const MOST_WRITERS = 100;

/**
 * One writer for each phone that has a linked device: phones without one first, since a phone that has some sends them copies. Empty when
 * nobody is linked, or nobody else is there to write.
 */
export function planRoutes(range: NumberRange, linked: string[]): Route[] {
  const isLinked = new Set(linked);
  const unlinked = Array.from({ length: range.count }, (_, place) => numberAt(range, place)).filter((number) => !isLinked.has(number));
  const writers = unlinked.length > 0 ? unlinked.slice(0, MOST_WRITERS) : linked;
  return linked.flatMap((to, place) => {
    const from = [writers[(place + 1) % writers.length]!, writers[place % writers.length]!].find((number) => number !== to);
    return from === undefined ? [] : [{ from, to }];
  });
}
