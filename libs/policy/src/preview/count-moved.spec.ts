import { newId } from '#libs/contracts';
import { countMoved, movedTooFar } from './count-moved.js';

const ids = Array.from({ length: 100 }, () => newId('ins'));
const candidates = (from: number, to: number, cycle = 0) => ids.slice(from, to).map((instanceId) => ({ instanceId, cycle }));

describe('a set of candidates', () => {
  it.each([
    ['that stayed', candidates(0, 100), { joined: 0, left: 0 }],
    ['that lost some', candidates(3, 100), { joined: 0, left: 3 }],
    ['in which some are in another cycle', [...candidates(0, 2, 1), ...candidates(2, 100)], { joined: 2, left: 0 }],
  ])('%s has moved by that much', (_what, present, expected) => {
    expect(countMoved(candidates(0, 100), present, 5)).toEqual({ ...expected, allowed: 5 });
  });

  it('that gained some has moved by that much, and one may always', () => {
    expect(countMoved(candidates(0, 10), candidates(1, 12), 5)).toEqual({ joined: 2, left: 1, allowed: 1 });
    expect(countMoved([], candidates(0, 1), 5)).toEqual({ joined: 1, left: 0, allowed: 1 });
  });

  it.each([[5, 0, false], [3, 2, false], [3, 3, true], [0, 6, true]])('moved too far when %i joined and %i left of a hundred: %s', (joined, left, too) => {
    expect(movedTooFar({ joined, left, allowed: 5 })).toBe(too);
  });
});
