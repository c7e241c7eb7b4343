import { Dice } from '../troubles/dice.js';
import { ADVERSARIES, type Adversary } from './removal/adversaries.js';
import { type Side, STOPS_OF_A_REMOVAL } from './removal/course.js';
import { meet } from './removal/meet.js';
import { allOrders, type Order, someOrder, tellOrder } from './removal/orders.js';
import { RemovalGround } from './removal/removal-ground.js';
import { gateStatements } from './removal/statement-gates.js';
import type { By } from './removal/subject.js';

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

  /** Who is first altogether, and some between; in the whole campaign all there are. */
  async function* orders(adversary: Adversary, by: By): AsyncGenerator<Order> {
    const { stops } = await meet(ground, adversary, by, ADVERSARY_FIRST);
    if (IS_WHOLE) yield* allOrders(STOPS_OF_A_REMOVAL, stops);
    if (IS_WHOLE) return;
    yield ADVERSARY_FIRST;
    yield REMOVAL_FIRST;
    for (let n = 3; n < OF_EACH; n++) yield someOrder(dice, STOPS_OF_A_REMOVAL, stops);
  }

  it.each(RACES)('%s and %s: in every order all is as the invariants say', async (_by, _name, adversary, by) => {
    for await (const order of orders(adversary, by)) {
      const { faults, isGone, wasLetThrough } = await meet(ground, adversary, by, order);
      expect({ order: tellOrder(order), faults }).toEqual({ order: tellOrder(order), faults: [] });
      if (order === ADVERSARY_FIRST) expect(wasLetThrough).toBe(!isRefused(adversary, by));
      if (order === REMOVAL_FIRST) expect(isGone).toBe(canBeFirst(adversary));
    }
  }, IS_WHOLE ? 600_000 : 60_000);
});
