import { CASES } from './model/cases.js';
import { type Bystander, newBystander, runModel } from './model/run-model.js';
import { RemovalGround } from './removal/removal-ground.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const RUNS = Number(process.env.TENURE_CAMPAIGN_RUNS ?? (process.env.TENURE_CAMPAIGN === 'full' ? 2_000 : 200));

/** `TENURE_SEED` brings back the same runs; what fails tells its path and everything that was done. */
describe(`a tenant's instances, whatever is done (TENURE_SEED=${SEED})`, () => {
  let ground: RemovalGround;
  let bystander: Bystander;

  beforeAll(async () => {
    ground = await RemovalGround.start();
    bystander = await newBystander(ground);
  }, 60_000);
  afterAll(() => ground.close());

  it('what failed before holds now', async () => {
    for (const { seed, path } of CASES) await runModel(ground, bystander, { seed, path, runs: 1 });
  });

  it(`${RUNS} times: nothing is removed that was not to be (I1 to I10, I12 to I15, I19)`, async () => {
    const gone = await runModel(ground, bystander, { seed: SEED, runs: RUNS });
    // a model that removes nothing proves nothing
    expect(gone).toBeGreaterThan(RUNS / 2);
  }, 60_000 + RUNS * 3_000);

  it('and the journal gives the present state of each (I15)', async () => expect(await ground.differencesFromJournal()).toEqual([]), 60_000 + RUNS * 100);
});
