import { idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import { isDue, type RetentionStep } from '#libs/retention';
import { PolicyLooks } from '../../../libs/policy/src/preview/policy-looks.js';
import type { Deed } from './command.js';
import { newSweep } from './deeds-of-others.js';
import type { Expectation, Reality } from './expectation.js';
import { type Due, foreseeRuns, type Run } from './foresee-runs.js';

const STEPS: Record<string, RetentionStep> = {
  'instance.archived': 'archive',
  'retention.purge_scheduled': 'schedule_purge',
  'retention.purge_cancelled': 'cancel',
  'instance.purged': 'purge',
};

/** I14: every step that a preview names is taken, and no other; of removals by rule those that the limits leave (I10), and the rest waits. */
export const previewAndSweep = (): Deed => ({
  name: 'preview and sweep',
  removes: true,
  when: ({ mode, isKilled, platformHolds }) => mode === 'enforce' && !isKilled && platformHolds.length === 0,
  act: async (real, model) => {
    const due = await preview(real);
    const { steps, waiting } = await foresee(real, model, due);
    const before = await lastEntry(real);
    // the first may have to finish the run before
    for (let n = 0; n < 2; n++) await newSweep(real).sweep();
    const [foreseen, done] = [tell(real, steps), tell(real, await stepsAfter(real, before))];
    if (foreseen !== done) throw new Error(`I14: foreseen ${foreseen}, done ${done}, after ${real.done.join(', ')}`);
    if (waiting.length > 0) await expectBlocked(real, waiting);
  },
});

/** What is due at this moment, by the version in force. */
async function preview(real: Reality): Promise<Due[]> {
  const { ground, caller, ids } = real;
  for (const id of ids) await ground.database.forTenant(caller.tenantId, (tx) => ground.schedule(tx, id));
  const [row] = await ground.look<{ version: number }>('SELECT active_version AS version FROM tenant_retention WHERE tenant_id = $1', uuidOf(caller.tenantId));
  const { tally, at } = await ground.get(PolicyLooks).look(caller, row!.version);
  return tally.sample.filter(({ will: { decision } }) => isDue(decision, at)).map(({ instanceId, will: { decision } }) => ({ instanceId, step: decision.action!, byRule: decision.rule !== null }));
}

/** Removals by rule go in runs. */
async function foresee({ ground, caller }: Reality, { limits }: Expectation, due: Due[]): Promise<{ steps: Due[]; waiting: InstanceId[] }> {
  const [open] = await ground.look<Omit<Run, 'left'> & { left: string[] }>(
    `SELECT status, slice, COALESCE(slice_at <= tenure_now(), true) AS "isReady",
       ARRAY(SELECT m.instance_id FROM retention_run_members m WHERE m.tenant_id = r.tenant_id AND m.run_id = r.id AND m.outcome IS NULL ORDER BY 1) AS left
     FROM retention_runs r WHERE tenant_id = $1 AND status IN ('running', 'blocked', 'released')`,
    uuidOf(caller.tenantId),
  );
  const [{ day }] = (await ground.look<{ day: number }>(
    `SELECT count(*)::int AS day FROM purges WHERE tenant_id = $1 AND status = 'purged' AND intent = 'rule' AND ended_at > tenure_now() - interval '24 hours'`,
    uuidOf(caller.tenantId),
  )) as [{ day: number }];
  const isOfRun = ({ step, byRule }: Due) => step === 'purge' && byRule;
  const run = foreseeRuns(due.filter(isOfRun), open ? { ...open, left: open.left.map((id) => idFrom('ins', id)) } : null, { perRun: limits.perRun, today: limits.perDay - day });
  return { steps: [...due.filter((one) => !isOfRun(one)), ...run.gone], waiting: run.waiting };
}

async function lastEntry({ ground, caller }: Reality): Promise<Map<string, number>> {
  const rows = await ground.look<{ id: string; seq: number }>('SELECT instance_id AS id, seq::int FROM instance_heads WHERE tenant_id = $1', uuidOf(caller.tenantId));
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

/** The first of each since then. */
async function stepsAfter({ ground, caller }: Reality, before: Map<string, number>): Promise<Due[]> {
  const rows = await ground.look<{ id: string; type: string; seq: number }>(
    'SELECT instance_id AS id, type, seq::int FROM journal WHERE tenant_id = $1 AND type = ANY ($2) ORDER BY seq',
    ...[uuidOf(caller.tenantId), Object.keys(STEPS)],
  );
  const first = new Map<string, string>();
  for (const { id, type, seq } of rows) if (seq > before.get(id)! && !first.has(id)) first.set(id, type);
  return [...first].map(([id, type]) => ({ instanceId: idFrom('ins', id), step: STEPS[type]!, byRule: true }));
}

const tell = ({ ids }: Reality, steps: Due[]): string =>
  steps.map(({ instanceId, step }) => `${ids.indexOf(instanceId)} ${step}`).sort().join(', ') || 'nothing';

/** One run has exactly those that were too many. */
async function expectBlocked({ ground, caller, ids, done }: Reality, waiting: InstanceId[]): Promise<void> {
  const rows = await ground.look<{ id: string }>(
    `SELECT m.instance_id AS id FROM retention_run_members m JOIN retention_runs r ON r.tenant_id = m.tenant_id AND r.id = m.run_id WHERE r.tenant_id = $1 AND r.status = 'blocked' AND m.outcome IS NULL`,
    uuidOf(caller.tenantId),
  );
  const places = (of: InstanceId[]) => of.map((id) => ids.indexOf(id)).sort().join();
  const [wanted, there] = [places(waiting), places(rows.map(({ id }) => idFrom('ins', id)))];
  if (wanted !== there) throw new Error(`I10: ${wanted} are over the limit, and ${there || 'none'} wait, after ${done.join(', ')}`);
}
