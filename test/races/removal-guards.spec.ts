import { Dice } from '../troubles/dice.js';
import { ADVERSARIES } from './removal/adversaries.js';
import { STOPS } from './removal/course.js';
import { type Guard, GUARDS } from './removal/guards.js';
import { meet } from './removal/meet.js';
import { someOrder } from './removal/orders.js';
import { RemovalGround } from './removal/removal-ground.js';
import { inOrder } from './removal/run-race.js';
import { gateStatements } from './removal/statement-gates.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const MOST = 30;

/** The test of the test: each of these has to be found, or nobody knows what `removals.spec.ts` proves. */
describe(`a removal without a guard (TENURE_SEED=${SEED})`, () => {
  let ground: RemovalGround;
  let ungate: () => void;

  beforeAll(async () => {
    ground = await RemovalGround.start();
    ungate = gateStatements();
  }, 60_000);
  afterAll(async () => {
    ungate();
    await ground.close();
  });

  /** What the first race reports that reports what it should; null: none does. */
  async function firstReport({ adversary: name, by, sabotage, reports }: Guard, dice: Dice): Promise<string | null> {
    const adversary = ADVERSARIES.find((one) => one.name === name)!;
    for (let n = 0; n < MOST; n++) {
      const { faults } = await meet(ground, adversary, by, inOrder(someOrder(dice, STOPS.removal, 4)), sabotage);
      const report = faults.find((fault) => reports.test(fault));
      if (report) return report;
    }
    return null;
  }

  it.each(GUARDS.map((guard) => [guard.name, guard] as const))('is reported: %s', async (_name, guard) => {
    const putBack = guard.takeOut?.(ground);
    try {
      expect(await firstReport(guard, new Dice(SEED))).toMatch(guard.reports);
    } finally {
      putBack?.();
    }
  }, 120_000);
});
