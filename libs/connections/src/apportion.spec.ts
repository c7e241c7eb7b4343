import fc from 'fast-check';
import { apportion, type Part, sum } from './apportion.js';

const free = (...weights: number[]): Part[] => weights.map((weight) => ({ weight, atLeast: 0 }));
const parts = fc.array(
  fc.nat(40).chain((weight) => fc.record({ weight: fc.constant(weight), atLeast: fc.nat(weight) })),
  { maxLength: 8 },
);
const freeParts = parts.map((some) => free(...some.map(({ weight }) => weight)));
const room = (some: Part[]) => sum(some.map(({ weight }) => weight));

/** One thing after the other to whoever claims it most: slow, and obviously what is meant. */
function oneByOne(some: Part[], things: number): number[] {
  const shares = some.map(({ atLeast }) => atLeast);
  const claim = (n: number) => (shares[n]! < some[n]!.weight ? some[n]!.weight / shares[n]! : -1);
  for (let left = things - sum(shares); left > 0; left--) {
    const best = some.map((_, n) => n).reduce((a, b) => (claim(b) > claim(a) ? b : a), 0);
    if (some.length === 0 || claim(best) < 0) break;
    shares[best]!++;
  }
  return shares;
}

describe('a division by weight', () => {
  it.each([
    ['equal parts', free(500, 500), 24, [12, 12]],
    ['what is over goes to the earlier', free(500, 500, 500), 25, [9, 8, 8]],
    ['by capacity', free(500, 1_000), 24, [8, 16]],
    ['fewer things than parts', free(10, 10, 10), 2, [1, 1, 0]],
    ['more things than there is room for', free(3, 5), 20, [3, 5]],
    ['who has a lot already keeps it', [{ weight: 10, atLeast: 8 }, ...free(10, 10)], 12, [8, 2, 2]],
    ['nobody', [], 7, []],
    ['nobody with room', free(0, 0), 7, [0, 0]],
  ])('%s', (_, some, things, shares) => expect(apportion(some, things)).toEqual(shares));

  it('is what comes of giving one thing after the other', () => {
    fc.assert(fc.property(parts, fc.nat(300), (some, things) => expect(apportion(some, things)).toEqual(oneByOne(some, things))));
  });

  it('gives out everything there is room for, and nobody more than it can take', () => {
    fc.assert(
      fc.property(freeParts, fc.nat(300), (some, things) => {
        const shares = apportion(some, things);
        expect(sum(shares)).toBe(Math.min(things, room(some)));
        shares.forEach((share, n) => expect(share).toBeLessThanOrEqual(some[n]!.weight));
      }),
    );
  });

  it('gives nobody more than one above its fair number', () => {
    fc.assert(
      fc.property(freeParts, fc.nat(300), (some, things) => {
        const places = Math.min(things, room(some));
        apportion(some, things).forEach((share, n) => expect(share).toBeLessThan((places * some[n]!.weight) / room(some) + 1 || 1));
      }),
    );
  });

  it('is monotone: one thing more takes from nobody, one part more gives to nobody', () => {
    fc.assert(
      fc.property(freeParts, fc.nat(300), fc.nat(40), (some, things, weight) => {
        const before = apportion(some, things);
        apportion(some, things + 1).forEach((share, n) => expect(share).toBeGreaterThanOrEqual(before[n]!));
        apportion([...some, ...free(weight)], things).slice(0, some.length).forEach((share, n) => expect(share).toBeLessThanOrEqual(before[n]!));
      }),
    );
  });
});
