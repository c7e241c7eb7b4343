import type { Held } from './fair-share.js';
import { totalOf } from './fair-share.js';

export interface Standing {
  held: Held;
  share: Held;
  /** its share of the most that should have run lately: what moves from node to node is nowhere for a moment */
  shareLately: Held;
  draining: boolean;
  /** what the others could take beyond what waits already */
  elsewhere: number;
  /** test instances that are due and nobody else has room for, as far as the live ones here would find room where there is no sandbox */
  cramped: number;
}

/** Since when a node has held more than its share, and whether it gives away already. */
export interface Excess {
  sinceMs: number | null;
  shedding: boolean;
}

export interface Holding {
  /** how many it gives away now */
  shed: Held;
  excess: Excess;
}

export const NO_EXCESS: Excess = { sinceMs: null, shedding: false };

/** Above its share by no more than this a node keeps what it has: moving a session costs more than a small difference. */
const SLACK_LEAST = 2;
const SLACK_SHARE = 0.05;
/** Until then the difference may be one of what the nodes know of each other. */
const PATIENCE_MS = 5_000;
/** At a time, which is once a second: whoever takes them has to open them. */
const SHED_AT_ONCE = 5;
const DRAIN_AT_ONCE = 20;

/** How many more a node may take, whichever they are. */
export const roomOf = (held: Held, share: Held): number => Math.max(0, totalOf(share) - totalOf(held));

/**
 * What a node does about its share: takes what is free below it, and gives away what it has held above it for a while, a few at a time,
 * until it holds its share. Once that is so everywhere nothing moves any more. One that drains gives away all that others have room for.
 */
export function planHolding({ held, share, shareLately, draining, elsewhere, cramped }: Standing, before: Excess, nowMs: number): Holding {
  if (draining) return { shed: spread(Math.min(totalOf(held), elsewhere, DRAIN_AT_ONCE), held, share), excess: NO_EXCESS };
  const over = totalOf(held) - totalOf(shareLately);
  const excess = nextExcess(over, totalOf(shareLately), before, nowMs);
  if (excess.shedding) return { shed: spread(Math.min(over, SHED_AT_ONCE), held, shareLately), excess };
  const makeWay = roomOf(held, share) > 0 ? 0 : Math.min(cramped, share.test - held.test, held.live - share.live, SHED_AT_ONCE);
  return { shed: { live: Math.max(0, makeWay), test: 0 }, excess };
}

function nextExcess(over: number, share: number, { sinceMs, shedding }: Excess, nowMs: number): Excess {
  if (over <= 0) return NO_EXCESS;
  if (shedding) return { sinceMs, shedding };
  if (over <= Math.max(SLACK_LEAST, share * SLACK_SHARE)) return NO_EXCESS;
  const since = sinceMs ?? nowMs;
  return { sinceMs: since, shedding: nowMs - since >= PATIENCE_MS };
}

/** Of the environment with the most above its share first. */
function spread(count: number, held: Held, share: Held): Held {
  const over = { live: Math.max(0, held.live - share.live), test: Math.max(0, held.test - share.test) };
  const live = Math.min(over.live, over.live >= over.test ? count : Math.max(0, count - over.test));
  return { live, test: Math.min(over.test, count - live) };
}
