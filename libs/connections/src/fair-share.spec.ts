import fc from 'fast-check';
import type { Environment, NodeId } from '#libs/contracts';
import { fairShares, roomElsewhere, type SharingNode, totalOf } from './fair-share.js';

const BOTH: Environment[] = ['live', 'test'];
const node = (n: number, given: Partial<SharingNode> = {}): SharingNode => ({
  ...{ id: `nod_${n}` as NodeId, capacity: 500, environments: BOTH, held: { live: 0, test: 0 }, draining: false, takes: true },
  ...given,
});
const sharesOf = (nodes: SharingNode[], live: number, test = 0) => {
  const shares = fairShares(nodes, { live, test });
  return nodes.map(({ id }) => shares.get(id));
};

describe('the share of a node', () => {
  it('is half of the fleet for two that are alike, of each environment', () => {
    expect(sharesOf([node(1), node(2)], 20, 4)).toEqual([{ live: 10, test: 2 }, { live: 10, test: 2 }]);
  });

  it('is nothing while it drains, and the others have all', () => {
    expect(sharesOf([node(1, { draining: true, held: { live: 20, test: 0 } }), node(2)], 20)).toEqual([{ live: 0, test: 0 }, { live: 20, test: 0 }]);
  });

  it('of one that stands still is what it has', () => {
    expect(sharesOf([node(1, { takes: false, held: { live: 3, test: 1 } }), node(2)], 20, 4)).toEqual([{ live: 3, test: 1 }, { live: 17, test: 3 }]);
  });

  it('is of what it can reach: who has a sandbox takes the test instances, and fewer of the others', () => {
    expect(sharesOf([node(1, { environments: ['live'] }), node(2)], 20, 10)).toEqual([{ live: 15, test: 0 }, { live: 5, test: 10 }]);
    expect(sharesOf([node(1, { environments: ['live'] })], 20, 10)).toEqual([{ live: 20, test: 0 }]);
  });

  it('leaves room elsewhere for a live one while test instances wait that nobody can open', () => {
    const nodes = [node(0, { environments: ['live'], draining: true, held: { live: 1, test: 0 } }), node(1, { environments: ['live'], capacity: 1 })];
    const shares = fairShares(nodes, { live: 1, test: 1 });
    expect(roomElsewhere(nodes[0]!.id, nodes, shares, { live: 0, test: 1 })).toBe(1);
    expect(roomElsewhere(nodes[0]!.id, nodes, shares, { live: 1, test: 1 })).toBe(0);
  });

  it('does not depend on the order in which the nodes are told', () => {
    const several = [node(3), node(1, { capacity: 70 }), node(2, { draining: true })];
    expect(fairShares([...several].reverse(), { live: 33, test: 7 })).toEqual(fairShares(several, { live: 33, test: 7 }));
  });

  const nodes = fc.array(fc.record({ capacity: fc.nat(60), sandbox: fc.boolean(), draining: fc.nat(5) }), { maxLength: 6 }).map((some) =>
    some.map(({ capacity, sandbox, draining }, n) => node(n, { capacity, environments: sandbox ? BOTH : ['live'], draining: draining === 0 })),
  );

  it('leaves out nobody there is room for, and fills nobody beyond its capacity', () => {
    fc.assert(
      fc.property(nodes, fc.nat(200), fc.nat(100), (some, live, test) => {
        const shares = fairShares(some, { live, test });
        const room = (which: SharingNode[]) => which.filter(({ draining }) => !draining).reduce((total, { capacity }) => total + capacity, 0);
        const placedTest = Math.min(test, room(some.filter(({ environments }) => environments.includes('test'))));
        const placed = [...shares.values()].reduce((total, share) => total + totalOf(share), 0);
        expect([...shares.values()].reduce((total, share) => total + share.test, 0)).toBe(placedTest);
        expect(placed).toBe(Math.min(placedTest + live, room(some)));
        for (const { id, capacity, draining } of some) expect(totalOf(shares.get(id)!)).toBeLessThanOrEqual(draining ? 0 : capacity);
      }),
    );
  });

  it('is at most one above the fair number by capacity, where all serve all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }), fc.nat(200), fc.nat(100), (capacities, live, test) => {
        const some = capacities.map((capacity, n) => node(n, { capacity }));
        const room = capacities.reduce((total, capacity) => total + capacity, 0);
        const shares = fairShares(some, { live, test });
        for (const { id, capacity } of some) expect(totalOf(shares.get(id)!)).toBeLessThan((Math.min(live + test, room) * capacity) / room + 1);
      }),
    );
  });

  it('is monotone: nobody loses by one more that should run, nobody gains by one more node', () => {
    fc.assert(
      fc.property(nodes, fc.nat(200), fc.nat(100), (some, live, test) => {
        const before = sharesOf(some, live, test);
        sharesOf(some, live + 1, test).forEach((share, n) => expect(totalOf(share!)).toBeGreaterThanOrEqual(totalOf(before[n]!)));
        sharesOf([...some, node(99)], live, test).slice(0, some.length).forEach((share, n) => expect(share!.test).toBeLessThanOrEqual(before[n]!.test));
      }),
    );
  });
});
