import { LIFECYCLES } from '#libs/contracts';
import { isMove, LIFECYCLE_MOVES } from './lifecycle-moves.js';

describe('the lifecycle', () => {
  it('has no way out of purged', () => {
    expect(LIFECYCLES.filter((to) => isMove('purged', to))).toEqual([]);
  });

  it('lets an archived instance come back', () => {
    expect(isMove('archived', 'active')).toBe(true);
  });

  it('names each move once', () => {
    const names = LIFECYCLE_MOVES.map(({ from, to }) => `${from} -> ${to}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
