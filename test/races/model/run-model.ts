import fc from 'fast-check';
import { type Caller, type InstanceId, uuidOf } from '#libs/contracts';
import { SwitchesService } from '../../../libs/platform/src/switches/switches.service.js';
import type { RemovalGround } from '../removal/removal-ground.js';
import { COMMANDS, prologue } from './commands.js';
import type { Rules } from './documents.js';
import { type Expectation, newExpectation, type Reality } from './expectation.js';
import { verifyHistory } from './history.js';

const MOST_COMMANDS = 30;

/** Somebody else, who has nothing to do with any of it. */
export interface Bystander {
  caller: Caller;
  id: InstanceId;
}

export interface Runs {
  seed: number;
  runs: number;
  /** of a run that failed before */
  path?: string;
  /** what is in force when it begins; any, unless it is said */
  under?: readonly Rules[];
}

export async function newBystander(ground: RemovalGround): Promise<Bystander> {
  const caller = await ground.tenant();
  const id = await ground.create(caller, 'bystander', { plan: 'free' });
  await ground.disconnect(caller, id);
  return { caller, id };
}

/** Run after run; gives how many instances were removed in all of them. @throws what fails first, with its path; its cause says what it is */
export async function runModel(ground: RemovalGround, bystander: Bystander, { seed, runs, path, under }: Runs): Promise<number> {
  let gone = 0;
  const property = fc.asyncProperty(prologue(under), fc.commands(COMMANDS, { maxCommands: MOST_COMMANDS, size: 'max' }), async (first, commands) => {
    gone += await runOnce(ground, bystander, [...first, ...commands]);
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: true, ...(path && { path }) });
  return gone;
}

async function runOnce(ground: RemovalGround, bystander: Bystander, commands: Iterable<fc.AsyncCommand<Expectation, Reality>>): Promise<number> {
  const real = await newReality(ground, bystander);
  const model = newExpectation();
  const before = await rowsOf(ground, bystander);
  try {
    await fc.asyncModelRun(() => ({ model, real }), commands);
    await verifyHistory(real);
    if ((await rowsOf(ground, bystander)) !== before) throw new Error(`I4: the bystander was changed, after ${real.done.join(', ')}`);
  } finally {
    await leave(real);
  }
  return model.instances.filter(({ isGone }) => isGone).length;
}

async function newReality(ground: RemovalGround, { caller: stranger }: Bystander): Promise<Reality> {
  const caller = await ground.tenant();
  return { ground, caller, other: await ground.anotherKey(caller), stranger, ids: [], done: [], prints: new Map() };
}

/** Nothing of it is left for the sweeps of the next one. */
async function leave({ ground, caller: { tenantId } }: Reality): Promise<void> {
  await ground.get(SwitchesService).setKillSwitch(ground.operator, { on: false });
  await ground.look('UPDATE platform_holds SET released_at = tenure_now(), released_by = placed_by WHERE released_at IS NULL');
  for (const table of ['retention_schedule', 'retention_rescans']) await ground.look(`DELETE FROM ${table} WHERE tenant_id = $1`, uuidOf(tenantId));
  await ground.look(`UPDATE retention_runs SET status = 'finished', ended_at = tenure_now() WHERE tenant_id = $1 AND ended_at IS NULL`, uuidOf(tenantId));
}

/** What there is of the one who looks on. */
async function rowsOf(ground: RemovalGround, { id }: Bystander): Promise<string> {
  const rows = await ground.look(
    `SELECT to_jsonb(i) AS i, to_jsonb(h) AS h, to_jsonb(p) AS p, to_jsonb(c) AS c FROM instances i
     JOIN instance_heads h ON h.instance_id = i.id JOIN instance_payload p ON p.instance_id = i.id JOIN connections c ON c.instance_id = i.id WHERE i.id = $1`,
    uuidOf(id),
  );
  return JSON.stringify(rows);
}
