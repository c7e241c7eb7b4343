import fc from 'fast-check';
import { FixedWindow } from './fixed-window.js';

describe('a fixed window', () => {
  let now = 0;
  const window = (most = 10) => new FixedWindow(1_000, most, () => now);
  beforeEach(() => {
    now = 0;
  });

  it('counts from the first hit until its length is over, then from zero', () => {
    const hits = window();
    expect(hits.look('a')).toEqual({ count: 0, endsInMs: 1_000 });
    expect(hits.hit('a')).toEqual({ count: 1, endsInMs: 1_000 });
    now = 999;
    expect(hits.hit('a')).toEqual({ count: 2, endsInMs: 1 });
    expect(hits.look('a')).toEqual({ count: 2, endsInMs: 1 });
    now = 1_000;
    expect(hits.look('a').count).toBe(0);
    expect(hits.hit('a')).toEqual({ count: 1, endsInMs: 1_000 });
  });

  it('counts each key alone, and never lets more than the limit through in a window', () => {
    const steps = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), wait: fc.integer({ min: 0, max: 400 }) }), { maxLength: 200 });
    const rule = (hits: { key: string; wait: number }[]) => {
      now = 0;
      const counter = window();
      const begun = new Map<string, { at: number; n: number }>();
      for (const { key, wait } of hits) {
        now += wait;
        const open = begun.get(key);
        const expected = open && now < open.at + 1_000 ? { at: open.at, n: open.n + 1 } : { at: now, n: 1 };
        begun.set(key, expected);
        expect(counter.hit(key)).toEqual({ count: expected.n, endsInMs: expected.at + 1_000 - now });
      }
    };
    fc.assert(fc.property(steps, rule));
  });

  it('never holds more keys than it may', () => {
    const hits = window(2);
    for (const key of ['a', 'b', 'a', 'c']) hits.hit(key);
    expect([hits.look('a').count, hits.look('b').count, hits.look('c').count]).toEqual([2, 0, 1]);
  });
});
