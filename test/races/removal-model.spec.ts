import fc from 'fast-check';
import { uuidOf } from '#libs/contracts';
import { SwitchesService } from '../../libs/platform/src/switches/switches.service.js';
import { COMMANDS, PROLOGUE } from './model/commands.js';
import { newExpectation, type Reality } from './model/expectation.js';
import { RemovalGround } from './removal/removal-ground.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const RUNS = Number(process.env.TENURE_CAMPAIGN_RUNS ?? (process.env.TENURE_CAMPAIGN === 'full' ? 2_000 : 200));
const MOST_COMMANDS = 40;

/** `TENURE_SEED` brings back the same runs; fast-check tells the path of the one that failed, and the shortest that fails. */
describe(`a tenant's instances, whatever is done (TENURE_SEED=${SEED})`, () => {
  let ground: RemovalGround;

  beforeAll(async () => {
    ground = await RemovalGround.start();
  }, 60_000);
  afterAll(() => ground.close());

  async function newReality(): Promise<Reality> {
    const caller = await ground.tenant();
    return { ground, caller, other: await ground.anotherKey(caller), ids: [], done: [] };
  }

  /** Nothing of it is left for the sweeps of the next one. */
  async function leave({ caller: { tenantId } }: Reality): Promise<void> {
    await ground.get(SwitchesService).setKillSwitch(ground.operator, { on: false });
    await ground.look('UPDATE platform_holds SET released_at = tenure_now(), released_by = placed_by WHERE released_at IS NULL');
    for (const table of ['retention_schedule', 'retention_rescans']) await ground.look(`DELETE FROM ${table} WHERE tenant_id = $1`, uuidOf(tenantId));
    await ground.look(`UPDATE retention_runs SET status = 'finished', ended_at = tenure_now() WHERE tenant_id = $1 AND ended_at IS NULL`, uuidOf(tenantId));
  }

  it(`${RUNS} times: nothing is removed that was not to be (I1 to I5, I7 to I9, I12, I14)`, async () => {
    let gone = 0;
    const property = fc.asyncProperty(PROLOGUE, fc.commands(COMMANDS, { maxCommands: MOST_COMMANDS, size: 'max' }), async (prologue, commands) => {
      const real = await newReality();
      const model = newExpectation();
      try {
        await fc.asyncModelRun(() => ({ model, real }), [...prologue, ...commands]);
      } finally {
        gone += model.instances.filter(({ isGone }) => isGone).length;
        await leave(real);
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: 1_500_000, markInterruptAsFailure: true, endOnFailure: true });
    // a model that removes nothing proves nothing
    expect(gone).toBeGreaterThan(RUNS / 20);
  }, 1_800_000);
});
