import path from 'node:path';
import { Dice } from '../troubles/dice.js';
import { ADVERSARIES, type Adversary } from './removal/adversaries.js';
import { type Side, STOPS } from './removal/course.js';
import { everyRace } from './removal/every-race.js';
import { meet, type Met } from './removal/meet.js';
import { type Order, someOrder, tellOrder } from './removal/orders.js';
import { type PairTold, writeRaces } from './removal/race-report.js';
import { RemovalGround } from './removal/removal-ground.js';
import { inOrder } from './removal/run-race.js';
import { gateStatements } from './removal/statement-gates.js';
import type { By } from './removal/subject.js';

const REPORT = path.resolve(import.meta.dirname, '../../docs/campaigns/races.md');
const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const IS_WHOLE = process.env.TENURE_CAMPAIGN === 'full';
/** Of all adversaries together, where not every order is tried. */
const SAMPLE = Number(process.env.TENURE_CAMPAIGN_RACES ?? 300);
const ADVERSARY_FIRST: Order = Array<Side>(9).fill('adversary');
const REMOVAL_FIRST: Order = Array<Side>(9).fill('removal');

const RACES = ADVERSARIES.flatMap((adversary) => adversary.by.map((by) => [by === 'rule' ? 'by rule' : 'that a person confirmed', adversary.name, adversary, by] as const));
const OF_EACH = Math.ceil(SAMPLE / RACES.length);

/** Nobody connects what a person has stopped to delete it. */
const isRefused = ({ name, isRefused = false }: Adversary, by: By): boolean => isRefused || (name === 'a connection' && by === 'person');
/** It waits for what the adversary brings, or for what it takes away. */
const canBeFirst = ({ claim, policy }: Adversary): boolean => claim !== 'kept' && (policy as { approvals?: object } | undefined)?.approvals === undefined;

describe(`a removal (TENURE_SEED=${SEED})`, () => {
  let ground: RemovalGround;
  let ungate: () => void;
  const dice = new Dice(SEED);

  beforeAll(async () => {
    ground = await RemovalGround.start();
    ungate = gateStatements();
  }, 60_000);
  afterAll(async () => {
    ungate();
    await ground.close();
  });

  const expectNoFault = (order: string, { faults }: Met) => expect({ order, faults }).toEqual({ order, faults: [] });

  /** Who is first altogether, and some between. */
  function someOrders(): Order[] {
    return [ADVERSARY_FIRST, REMOVAL_FIRST, ...Array.from({ length: OF_EACH - 2 }, () => someOrder(dice, STOPS.removal, STOPS.adversary))];
  }

  it.each(RACES)('%s and %s: in every order all is as the invariants say', async (_by, _name, adversary, by) => {
    for (const order of someOrders()) {
      const met = await meet(ground, adversary, by, inOrder(order));
      expectNoFault(tellOrder(order), met);
      if (order === ADVERSARY_FIRST) expect(met.wasLetThrough).toBe(!isRefused(adversary, by));
      if (order === REMOVAL_FIRST) expect(met.isGone).toBe(canBeFirst(adversary));
    }
  });

  async function inEveryWay(adversary: Adversary, by: By): Promise<Omit<PairTold, 'pair'>> {
    const began = performance.now();
    let removed = 0;
    const ways = await everyRace(async (race, tell) => {
      const met = await meet(ground, adversary, by, race);
      expectNoFault(tell(), met);
      if (met.isGone) removed++;
    });
    return { ways, removed, seconds: (performance.now() - began) / 1_000 };
  }

  for (const [how, name, adversary, by] of IS_WHOLE ? RACES : []) {
    it(`${how} and ${name}: in all ways there are`, async () => writeRaces(REPORT, SEED, { pair: `${how}: ${name}`, ...(await inEveryWay(adversary, by)) }), 600_000);
  }

  // one of the adversaries begins a cycle and nothing else, which in the product is part of an entry
  it('leaves a journal that gives the present state of each, whoever was first (I15)', async () => expect(await ground.differencesFromJournal('cycle')).toEqual([]), 120_000);
});
