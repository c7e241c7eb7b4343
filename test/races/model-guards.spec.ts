import { type Bystander, newBystander, runModel } from './model/run-model.js';
import { FAULTS } from './model/faults.js';
import { RemovalGround } from './removal/removal-ground.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const MOST = 100;

/** The test of the test: each of these has to be found, or nobody knows what `removal-model.spec.ts` proves. */
describe(`a product with a fault (TENURE_SEED=${SEED})`, () => {
  let ground: RemovalGround;
  let bystander: Bystander;

  beforeAll(async () => {
    ground = await RemovalGround.start();
    bystander = await newBystander(ground);
  }, 60_000);
  afterAll(() => ground.close());

  it.each(FAULTS)('is reported: $name', async ({ under, plant, reports }) => {
    const putBack = plant(ground);
    try {
      const found = await runModel(ground, bystander, { seed: SEED, runs: MOST, under }).then(String, (error: Error) => String(error.cause));
      expect(found).toMatch(reports);
    } finally {
      putBack();
    }
  }, 120_000);
});
