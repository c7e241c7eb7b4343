import fc from 'fast-check';
import { planRun } from './plan-run.js';

describe('a run of removals', () => {
  it.each([
    ['goes when the policy limits nothing', 500, 1_000, { maxPerRun: null, maxPercentPerRun: null }, null],
    ['goes at the limit', 25, 1_000, { maxPerRun: 25, maxPercentPerRun: null }, null],
    ['waits above it', 26, 1_000, { maxPerRun: 25, maxPercentPerRun: null }, 'max_per_run'],
    ['waits above a percentage', 51, 1_000, { maxPerRun: null, maxPercentPerRun: 5 }, 'max_percent_per_run'],
    ['goes at a percentage', 50, 1_000, { maxPerRun: null, maxPercentPerRun: 5 }, null],
    ['goes with one of a few, however small the percentage', 1, 20, { maxPerRun: null, maxPercentPerRun: 1 }, null],
    ['knows no percentage of less than twenty', 19, 19, { maxPerRun: null, maxPercentPerRun: 1 }, null],
  ] as const)('%s', (_sentence, due, population, limits, overLimit) => {
    expect(planRun(due, population, limits).overLimit).toBe(overLimit);
  });

  it('that is released goes in slices that no limit would have held up', () => {
    const limit = fc.option(fc.integer({ min: 1, max: 100 }), { nil: null });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(5_000), limit, limit, (due, rest, maxPerRun, maxPercentPerRun) => {
        const { slice } = planRun(due, due + rest, { maxPerRun, maxPercentPerRun });
        expect(slice).toBeGreaterThan(0);
        expect(planRun(slice, due + rest, { maxPerRun, maxPercentPerRun }).overLimit).toBeNull();
      }),
    );
  });
});
