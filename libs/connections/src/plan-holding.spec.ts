import fc from 'fast-check';
import { ENVIRONMENTS, type Environment, type NodeId } from '#libs/contracts';
import { sum } from './apportion.js';
import { crampedAt, fairShares, type Held, roomElsewhere, type SharingNode, totalOf } from './fair-share.js';
import { type Excess, NO_EXCESS, planHolding, roomOf, type Standing } from './plan-holding.js';

const live = (count: number): Held => ({ live: count, test: 0 });
const NONE = live(0);
/** What a node does: what it gives away, and how many it may take. */
const holdingOf = (standing: Standing, before: Excess, nowMs: number) => ({ room: roomOf(standing.held, standing.share), ...planHolding(standing, before, nowMs) });
const standing = (held: Held, share: Held) => ({ held, share, shareLately: share, draining: false, elsewhere: 100, cramped: 0 });

describe('what a node does about its share', () => {
  it.each([
    ['takes what is free below it', 10, 12, { room: 2, shed: NONE }],
    ['takes nothing at it', 12, 12, { room: 0, shed: NONE }],
    ['keeps two more than that', 14, 12, { room: 0, shed: NONE }],
    ['keeps a twentieth more than that', 105, 100, { room: 0, shed: NONE }],
  ])('%s', (_, held, share, plan) => {
    expect(holdingOf(standing(live(held), live(share)), NO_EXCESS, 0)).toMatchObject(plan);
  });

  it('gives away what it has held above it for a while, a few at a time, down to it', () => {
    const moved: number[] = [];
    let [held, excess] = [24, NO_EXCESS];
    for (let second = 0; second < 10; second++) {
      const plan = planHolding(standing(live(held), live(12)), excess, second * 1_000);
      excess = plan.excess;
      held -= plan.shed.live;
      moved.push(plan.shed.live);
    }
    expect(moved).toEqual([0, 0, 0, 0, 0, 5, 5, 2, 0, 0]);
  });

  it('forgets an excess that is over before it has moved anything', () => {
    const { excess } = planHolding(standing(live(24), live(12)), NO_EXCESS, 0);
    expect(planHolding(standing(live(14), live(12)), excess, 4_000).excess).toEqual(NO_EXCESS);
  });

  it('that drains gives away all that others have room for, from the first moment', () => {
    const drains = { ...standing(live(24), NONE), draining: true };
    expect(holdingOf(drains, NO_EXCESS, 0)).toMatchObject({ room: 0, shed: live(20) });
    expect(holdingOf({ ...drains, elsewhere: 3 }, NO_EXCESS, 0)).toMatchObject({ room: 0, shed: live(3) });
  });

  it('makes way for test instances that can only be opened here, while the live ones find a place', () => {
    const full = standing({ live: 20, test: 0 }, { live: 12, test: 8 });
    expect(planHolding({ ...full, cramped: 3 }, NO_EXCESS, 0).shed).toEqual({ live: 3, test: 0 });
    expect(planHolding(full, NO_EXCESS, 0).shed).toEqual(NONE);
  });
});

/** What the others know of a node is what it said up to two rounds ago. */
const DELAY = 2;
/** Rounds that are remembered for the most that should have run lately. */
const LATELY = 5;

interface World {
  nodes: SharingNode[];
  free: Held;
}

/** Nodes that come round once a second, each in its turn, knowing the others only by what they said. */
class Fleet {
  private readonly said: Held[][];
  private readonly excess: Excess[];
  private readonly wanted: Held[][];

  constructor(
    private readonly world: World,
    private readonly delays: number[],
  ) {
    this.said = world.nodes.map(({ held }) => Array.from({ length: DELAY + 1 }, () => held));
    this.excess = world.nodes.map(() => NO_EXCESS);
    this.wanted = world.nodes.map(() => []);
  }

  /** Gives how many sessions were given away. */
  round(at: number): number {
    return sum(
      this.world.nodes.map((me, n) => {
        const known = this.world.nodes.map((node, m) => (m === n ? node : { ...node, held: this.said[m]![this.delays[(n + m + at) % this.delays.length]!]! }));
        const { room, shed } = this.plan(n, known, at);
        this.take(me, room);
        this.give(me, shed);
        this.said[n] = [me.held, ...this.said[n]!.slice(0, DELAY)];
        return totalOf(shed);
      }),
    );
  }

  private plan(n: number, known: SharingNode[], at: number) {
    const { id, held, draining } = known[n]!;
    const wanted = add(this.world.free, ...known.map((node) => node.held));
    this.wanted[n] = [wanted, ...this.wanted[n]!.slice(0, LATELY - 1)];
    const shares = fairShares(known, wanted);
    const shareLately = fairShares(known, most(this.wanted[n])).get(id)!;
    const others = [id, known, shares, this.world.free] as const;
    const standing = { held, share: shares.get(id)!, shareLately, draining, elsewhere: roomElsewhere(...others), cramped: crampedAt(...others) };
    const plan = holdingOf(standing, this.excess[n]!, at * 1_000);
    this.excess[n] = plan.excess;
    return plan;
  }

  /** At most 25 in a second, now more of these, now more of those. */
  private take(me: SharingNode, room: number): void {
    let left = Math.min(room, 25);
    for (const environment of totalOf(this.world.free) % 2 ? ENVIRONMENTS : [...ENVIRONMENTS].reverse()) {
      const taken = me.environments.includes(environment) ? Math.min(left, this.world.free[environment]) : 0;
      left -= taken;
      this.move(me, environment, taken);
    }
  }

  private give(me: SharingNode, shed: Held): void {
    for (const environment of ENVIRONMENTS) this.move(me, environment, -shed[environment]);
  }

  private move(me: SharingNode, environment: Environment, count: number): void {
    me.held = { ...me.held, [environment]: me.held[environment] + count };
    this.world.free = { ...this.world.free, [environment]: this.world.free[environment] - count };
  }
}

const add = (...some: Held[]): Held => ({ live: sum(some.map((held) => held.live)), test: sum(some.map((held) => held.test)) });
const most = (some: Held[]): Held => ({ live: Math.max(...some.map((held) => held.live)), test: Math.max(...some.map((held) => held.test)) });

const worlds = fc
  .record({
    nodes: fc.array(fc.record({ capacity: fc.integer({ min: 1, max: 120 }), sandbox: fc.boolean(), fill: fc.double({ min: 0, max: 1, noNaN: true }), draining: fc.nat(9) }), {
      minLength: 1,
      maxLength: 5,
    }),
    free: fc.record({ live: fc.nat(150), test: fc.nat(60) }),
    delays: fc.array(fc.nat(DELAY), { minLength: 5, maxLength: 5 }),
  })
  .map(({ nodes, free, delays }) => ({
    world: {
      free,
      nodes: nodes.map(({ capacity, sandbox, fill, draining }, n): SharingNode => {
        const held = Math.floor(capacity * fill);
        const test = sandbox ? Math.floor(held / 3) : 0;
        const environments = sandbox ? (['live', 'test'] as const) : (['live'] as const);
        return { id: `nod_${n}` as NodeId, capacity, environments, held: { live: held - test, test }, draining: draining === 0, takes: true };
      }),
    },
    delays,
  }));

describe('a fleet whose nodes know of each other what they said a while ago', () => {
  it('comes to rest: everything has its place that there is room for, nobody is far above its share, and nothing moves any more', () => {
    fc.assert(
      fc.property(worlds, ({ world, delays }) => {
        const fleet = new Fleet(world, delays);
        for (let round = 0; round < 150; round++) fleet.round(round);
        expect(sum(Array.from({ length: 60 }, (_, n) => fleet.round(150 + n)))).toBe(0);

        const shares = fairShares(world.nodes, add(world.free, ...world.nodes.map((node) => node.held)));
        const staying = world.nodes.filter(({ draining }) => !draining);
        expect(totalOf(add(...staying.map((node) => node.held)))).toBe(totalOf(add(...shares.values())));
        for (const { id, held, capacity } of staying) {
          const share = totalOf(shares.get(id)!);
          expect(totalOf(held)).toBeLessThanOrEqual(Math.min(capacity, share + Math.max(2, share * 0.05)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives a node that joins what it is short of, and moves hardly more than that', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 }), fc.array(fc.nat(DELAY), { minLength: 5, maxLength: 5 }), (nodes, each, delays) => {
        const node = (n: number): SharingNode => ({
          ...{ id: `nod_${n}` as NodeId, capacity: 500, environments: ['live'], draining: false, takes: true },
          held: live(n < nodes ? each : 0),
        });
        const fleet = new Fleet({ free: NONE, nodes: Array.from({ length: nodes + 1 }, (_, n) => node(n)) }, delays);
        const moved = sum(Array.from({ length: 100 }, (_, n) => fleet.round(n)));
        // what is on its way is known to nobody: of that a few too many
        expect(moved).toBeLessThanOrEqual(Math.ceil((nodes * each) / (nodes + 1)) + 5 * nodes);
      }),
    );
  });
});
