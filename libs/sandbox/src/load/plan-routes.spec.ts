import { planRoutes } from './plan-routes.js';

const range = { first: '5599000000001', count: 5 };
const number = (place: number) => `559900000000${place}`;

describe('who writes to whom', () => {
  it('is a phone without a device of its own to each that has one', () => {
    const routes = planRoutes(range, [number(1), number(2), number(3)]);
    expect(routes.map(({ to }) => to)).toEqual([number(1), number(2), number(3)]);
    expect(new Set(routes.map(({ from }) => from))).toEqual(new Set([number(4), number(5)]));
  });

  it('is the next phone when all of them have devices, and never a phone to itself', () => {
    const all = [1, 2, 3, 4, 5].map(number);
    expect(planRoutes(range, all)).toEqual(all.map((to, place) => ({ to, from: all[(place + 1) % 5] })));
  });

  it('is nobody when nobody is linked, or one phone is all there is', () => {
    expect(planRoutes(range, [])).toEqual([]);
    expect(planRoutes({ ...range, count: 1 }, [number(1)])).toEqual([]);
  });
});
