/** The database's clock, between two readings of a monotonic one; all in milliseconds. */
export interface ClockSample {
  /** the real clock of the database */
  real: number;
  /** the clock of facts and deadlines */
  now: number;
  /** how far that one had been seen to go by then; null: nobody has looked yet */
  mark: number | null;
  /** before and after the database was asked, by the monotonic clock of this process */
  asked: number;
  answered: number;
}

export type ClockVerdict = 'trusted' | 'jumped' | 'unwatched';

/** More than the clocks of one machine disagree by, and less than a deadline is worth. */
export const TOLERATED_MS = 2_000;
export const UNWATCHED_MS = 10 * 60_000;

/** What this look says. `anchor`: an earlier look of this process; null: it has just begun, and knows only what others have seen. */
export function judgeClock(anchor: ClockSample | null, sample: ClockSample): ClockVerdict {
  if (anchor && Math.abs(jumpBetween(anchor, sample)) > TOLERATED_MS) return 'jumped';
  return sample.mark !== null && sample.now - sample.mark > UNWATCHED_MS ? 'unwatched' : 'trusted';
}

/** By how much the clock went on more (or, negative, less) than time can have passed. */
export function jumpBetween(before: ClockSample, after: ClockSample): number {
  const went = after.real - before.real;
  const [least, most] = [after.asked - before.answered, after.answered - before.asked];
  return went - Math.min(Math.max(went, least), most);
}

/** Whether this instant of the clock can be, after that look: a deadline that is reached by a jump is not reached. */
export function canBe(now: number, latest: ClockSample, monotonic: number): boolean {
  return now <= latest.now + (monotonic - latest.asked) + TOLERATED_MS;
}
