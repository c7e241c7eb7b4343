import fc from 'fast-check';
import { canBe, type ClockSample, judgeClock, jumpBetween } from './judge-clock.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 23);

/** As a process sees it at a moment of its own clock; the question takes 4 ms. */
const sample = (monotonic: number, real: number, mark: number | null = real): ClockSample => ({ real, now: real, mark, asked: monotonic - 2, answered: monotonic + 2 });

describe('a look at the clock', () => {
  const anchor = sample(0, START);

  it.each<[string, ClockSample | null, ClockSample, string]>([
    ['by a process that has just begun, right after another', null, sample(0, START), 'trusted'],
    ['a minute later', anchor, sample(60 * SECOND, START + 60 * SECOND), 'trusted'],
    ['over a database that took five seconds to answer', anchor, { ...sample(0, START + 65 * SECOND), asked: 60 * SECOND, answered: 65 * SECOND }, 'trusted'],
    ['that went ahead by three hours', anchor, sample(60 * SECOND, START + 60 * SECOND + 3 * HOUR), 'jumped'],
    ['that went back by three seconds', anchor, sample(60 * SECOND, START + 57 * SECOND), 'jumped'],
    ['that went ahead by two seconds', anchor, sample(60 * SECOND, START + 62 * SECOND), 'trusted'],
    ['that nobody has ever looked at', null, sample(0, START, null), 'trusted'],
    ['that nobody looked at for ten minutes', null, sample(0, START, START - 600 * SECOND), 'trusted'],
    ['that nobody looked at for longer', null, sample(0, START, START - 601 * SECOND), 'unwatched'],
    ['that this process could not reach for longer', anchor, sample(601 * SECOND, START + 601 * SECOND, START), 'unwatched'],
    ['that is behind where it was seen: whoever decides reads that for itself', null, sample(0, START, START + HOUR), 'trusted'],
  ])('%s', (_what, before, after, verdict) => expect(judgeClock(before, after)).toBe(verdict));

  it('of the test clock that was moved with its heartbeat is no jump', () => {
    const moved = { ...sample(SECOND, START + SECOND), now: START + SECOND + 30 * DAY, mark: START + 30 * DAY };
    expect(judgeClock(anchor, moved)).toBe('trusted');
  });

  it('knows an instant that cannot be yet, before anybody has seen the jump', () => {
    expect(canBe(START + 5 * SECOND, anchor, 5 * SECOND)).toBe(true);
    expect(canBe(START + 5 * SECOND + HOUR, anchor, 5 * SECOND)).toBe(false);
    expect(canBe(START - HOUR, anchor, 5 * SECOND)).toBe(true);
  });
});

/**
 * The rules in the small: a process that looks every few seconds, a deadline that was set by a clock that was right, and a removal that is tried at every
 * moment. Gives when it happened, in true time; null: not in this week.
 */
function removedAt(deadline: number, steps: readonly { at: number; by: number }[], everyMs: number): number | null {
  const clock = (t: number) => START + t + steps.reduce((sum, step) => sum + (step.at <= t ? step.by : 0), 0);
  let [anchor, mark, until] = [sample(0, clock(0)), clock(0), -Infinity];
  for (let t = 0; t < 7 * DAY; t += 20 * SECOND) {
    const moments = [...steps.map(({ at }) => at).filter((at) => at > t - 20 * SECOND && at <= t), t];
    for (const moment of moments) if (clock(moment) >= START + deadline && clock(moment) >= until && clock(moment) >= mark - 2 * SECOND && canBe(clock(moment), anchor, moment)) return moment;
    if (t % everyMs !== 0) continue;
    const look = sample(t, clock(t), mark);
    if (judgeClock(anchor, look) === 'jumped') until = clock(t) + DAY;
    [anchor, mark] = [look, Math.max(mark, clock(t))];
  }
  return null;
}

describe('whatever somebody does to the clock', () => {
  const size = fc.integer({ min: -40 * 24 * 3_600, max: 40 * 24 * 3_600 }).filter((seconds) => Math.abs(seconds) > 10).map((seconds) => seconds * SECOND);
  const within = (most: number) => fc.integer({ min: 1, max: Math.floor(most / (20 * SECOND)) }).map((n) => n * 20 * SECOND - 10 * SECOND);
  const runs = { numRuns: 200 };
  const everyMs = fc.constantFrom(20 * SECOND, 60 * SECOND);

  it('and takes back within a day removes nothing earlier in true time (I17)', () => {
    const there = fc.record({ deadline: within(4 * DAY), at: within(DAY), by: size, after: within(DAY - HOUR), everyMs });
    fc.assert(
      fc.property(there, ({ deadline, at, by, after, everyMs }) => {
        const removed = removedAt(deadline, [{ at, by }, { at: at + after, by: -by }], everyMs);
        if (removed !== null) expect(removed).toBeGreaterThanOrEqual(deadline - 2 * SECOND);
      }),
      runs,
    );
  });

  it('removes nothing in the day that follows, unless it was due', () => {
    const there = fc.record({ deadline: within(4 * DAY), at: within(DAY), by: size, everyMs });
    fc.assert(
      fc.property(there, ({ deadline, at, by, everyMs }) => {
        const removed = removedAt(deadline, [{ at, by }], everyMs);
        if (removed !== null) expect(removed).toBeGreaterThanOrEqual(Math.min(deadline, at + DAY) - 2 * SECOND);
      }),
      runs,
    );
  });

  it('and does to nothing else changes nothing', () => {
    fc.assert(fc.property(within(4 * DAY), everyMs, (deadline, every) => expect(removedAt(deadline, [], every)! - deadline).toBeLessThanOrEqual(20 * SECOND)), runs);
  });

  it('is measured against what can have passed', () => expect(jumpBetween(sample(0, START), sample(SECOND, START + HOUR))).toBeCloseTo(HOUR - SECOND - 4, 0));
});
