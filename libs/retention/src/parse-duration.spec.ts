import { DAY, parseDuration, SECOND } from './parse-duration.js';

describe('a duration', () => {
  it.each([
    ['P7D', 7 * DAY],
    ['P2W', 14 * DAY],
    ['P1W1D', 8 * DAY],
    ['PT36H', 1.5 * DAY],
    ['PT1M', 60 * SECOND],
    ['PT20S', 20 * SECOND],
    ['P1DT2H3M4S', DAY + 7_384 * SECOND],
    ['PT0S', 0],
    ['P007D', 7 * DAY],
  ])('%s has so many milliseconds', (text, length) => {
    expect(parseDuration(text)).toBe(length);
  });

  it.each(['', 'P', 'PT', 'P1DT', 'P1Y', 'P1M', 'P1Y2D', 'p7d', '7D', 'P-7D', '-P7D', 'PT0.5S', 'P7D ', 'P1D1W', 'PT1D', 'P1H', 'P٣D', 'P7D\n'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  it('too large to hold is without end', () => {
    expect(parseDuration(`P${'9'.repeat(400)}D`)).toBe(Infinity);
  });
});
