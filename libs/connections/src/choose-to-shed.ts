import { ENVIRONMENTS, type Environment } from '#libs/contracts';
import type { Held } from './fair-share.js';

export interface Movable {
  /** open, and not in the midst of pairing or logging in */
  connected: boolean;
  /** when a message last came or went, in the terms of a monotonic clock; -Infinity: none yet */
  activeAt: number;
  claim: { environment: Environment };
}

/** Which sessions move to another node: those that nobody misses, so the least busy, and of these the youngest. `sessions`: oldest first. */
export function chooseToShed<S extends Movable>(sessions: readonly S[], count: Held): S[] {
  const calmest = sessions.filter(({ connected }) => connected).reverse().sort((a, b) => (a.activeAt < b.activeAt ? -1 : a.activeAt > b.activeAt ? 1 : 0));
  return ENVIRONMENTS.flatMap((environment) => calmest.filter(({ claim }) => claim.environment === environment).slice(0, count[environment]));
}
