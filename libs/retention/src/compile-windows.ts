import { IANAZone } from 'luxon';
import { DAY } from './parse-duration.js';
import type { RemovalWindow } from './retention-document.js';
import type { RemovalWindows } from './retention-policy.js';

const MINUTE = 60_000;
/** From the day of instant 0 on, which was a Thursday. */
const DAYS = ['THU', 'FRI', 'SAT', 'SUN', 'MON', 'TUE', 'WED'] as const;
/** A week, one more for a window that its only day of this week skips (clocks went forward), and a day for each end. */
const DAYS_AHEAD = 16;

/**
 * Answers by local wall time, so that the days on which clocks change need no rule: a time that does not exist is never inside, and
 * one that comes twice is inside twice.
 */
export function compileWindows(windows: readonly RemovalWindow[], timezone: string): RemovalWindows {
  const zone = IANAZone.create(timezone);
  const spans = windows.map(({ days, from, to }) => ({ days, from: millisOfDay(from), to: millisOfDay(to) }));
  const isOpen = (at: number): boolean => {
    const wall = at + zone.offset(at) * MINUTE;
    const day = DAYS[modulo(Math.floor(wall / DAY), DAYS.length)]!;
    const time = modulo(wall, DAY);
    return spans.some(({ days, from, to }) => days.includes(day) && from <= time && time < to);
  };
  const starts = [...new Set(spans.map(({ from }) => from))];
  return { isOpen, nextOpening: rememberLast((at) => (isOpen(at) ? at : (openings(zone, starts, at).find(isOpen) ?? null))) };
}

/** Every instant after this one at which a window can open: its beginning under each offset in use, and each change of the offset. */
function openings(zone: IANAZone, starts: readonly number[], after: number): number[] {
  const midnights = Array.from({ length: DAYS_AHEAD + 2 }, (_, i) => Math.floor(after / DAY) * DAY + (i - 1) * DAY);
  const offsets = new Set(midnights.map((midnight) => zone.offset(midnight) * MINUTE));
  const beginnings = midnights.flatMap((midnight) => starts.flatMap((start) => [...offsets].map((offset) => midnight + start - offset)));
  const changes = midnights.flatMap((midnight) => offsetChange(zone, midnight, midnight + DAY));
  return [...beginnings, ...changes].filter((at) => at > after).sort((a, b) => a - b);
}

/** The instant in (from, to] from which the later offset holds; none when both ends have the same. */
function offsetChange(zone: IANAZone, from: number, to: number): number[] {
  const before = zone.offset(from);
  if (before === zone.offset(to)) return [];
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === before) low = middle;
    else high = middle;
  }
  return [high];
}

/** Never negative, also before 1970. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function millisOfDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours! * 60 + minutes!) * MINUTE;
}

/** A preview asks for the same instant a hundred thousand times. */
function rememberLast(answer: (at: number) => number | null): (at: number) => number | null {
  let [asked, answered]: [number, number | null] = [NaN, null];
  return (at) => {
    if (at !== asked) [asked, answered] = [at, answer(at)];
    return answered;
  };
}
