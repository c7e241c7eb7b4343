import fc from 'fast-check';
import { ConnectPace } from './connect-pace.js';

/** When each of these turns begins; asked for so many ms after the one before. */
function begins(perSecond: number, turns: { afterMs: number; cost: number }[], random = () => 0): number[] {
  let now = 0;
  const pace = new ConnectPace(perSecond, () => now, random);
  return turns.map(({ afterMs, cost }) => {
    now += afterMs;
    return now + pace.take(cost);
  });
}
const at = (...costs: number[]) => costs.map((cost) => ({ afterMs: 0, cost }));

describe('the pace of connects', () => {
  it('is even, and a first login takes the time of several', () => {
    expect(begins(25, at(1, 1, 4, 1, 1))).toEqual([0, 40, 80, 240, 280]);
  });

  it('saves up nothing while nobody connects', () => {
    expect(begins(10, [{ afterMs: 10_000, cost: 1 }, ...at(1, 1)])).toEqual([10_000, 10_100, 10_200]);
  });

  it('is never more than its rate, in whatever window and whoever asks', () => {
    const turns = fc.array(fc.record({ afterMs: fc.nat(300), cost: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(turns, fc.integer({ min: 1, max: 50 }), fc.nat(2_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (some, perSecond, windowMs, random) => {
        const times = begins(perSecond, some, () => random);
        for (const from of times) {
          const within = times.filter((time) => time >= from && time < from + windowMs).length;
          expect(within).toBeLessThanOrEqual((windowMs * perSecond) / 1000 + 2);
        }
      }),
    );
  });

  it('tells how many turns there are within a time', () => {
    let now = 0;
    const pace = new ConnectPace(25, () => now, () => 0.5);
    expect(pace.turnsWithin(1_000)).toBe(25);
    for (let turn = 0; turn < 20; turn++) pace.take();
    expect(pace.turnsWithin(1_000)).toBe(5);
    pace.take(20);
    expect(pace.turnsWithin(1_000)).toBe(0);
    now = 10_000;
    expect(pace.turnsWithin(1_000)).toBe(25);
  });
});
