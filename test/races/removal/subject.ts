import { type Caller, idFrom, type InstanceId, type PurgeId, uuidOf } from '#libs/contracts';
import { DeletionConfirmation } from '../../../libs/policy/src/deletion/deletion-confirmation.service.js';
import { DeletionRequestsService } from '../../../libs/policy/src/deletion/deletion-requests.service.js';
import { Reconciler } from '../../../libs/policy/src/reconciler.js';
import { RunPlanner } from '../../../libs/policy/src/runs/run-planner.js';
import { RunTurns } from '../../../libs/policy/src/runs/run-turns.js';
import type { OpenRun } from '../../../libs/policy/src/runs/runs.repository.js';
import type { RemovalGround } from './removal-ground.js';

/** By a rule of the policy, or by a person who confirmed it. */
export type By = 'rule' | 'person';

/** What is to be removed in a moment, and what stands beside it. */
export interface Subject {
  by: By;
  caller: Caller;
  /** a key of the same tenant that has nothing to do with it */
  other: Caller;
  id: InstanceId;
  /** due in the same run, or never paired: nothing happens to that one */
  second: InstanceId;
  purge: PurgeId;
  run: OpenRun;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
export const NAME = 'shop';
export const GONE = {
  id: 'gone',
  kind: 'act',
  priority: 1,
  clock: 'latest',
  match: { environment: ['test'], connection: ['disconnected'] },
  purge: { after: 'PT1S', grace: 'PT10S' },
};
const POLICY = { exempt: { labels: ['vip'] }, deletion: { grace: 'P1D' }, rules: [GONE] };

interface Wish {
  by: By;
  /** what the policy says besides */
  policy?: object;
  /** whether another one becomes due in the same run */
  two?: boolean;
  /** whether nobody gives the notice that the policy asks for */
  isUnnoticed?: boolean;
}

/** A tenant of its own, whose instance is due: scheduled, notice is given where it has to be, and its grace is over. */
export async function arrangeSubject(ground: RemovalGround, { by, policy = {}, two = false, isUnnoticed = false }: Wish): Promise<Subject> {
  const caller = await ground.tenant();
  const other = await ground.anotherKey(caller);
  await ground.advance(MINUTE);
  await ground.activate(caller, { ...POLICY, ...(by === 'person' && { rules: [] }), ...policy });
  const id = await ground.create(caller, NAME, { plan: 'free' });
  const second = await ground.create(caller, 'second');
  const due = two ? [id, second] : [id];
  for (const one of due) await ground.disconnect(caller, one);
  await ground.advance(MINUTE);
  if (by === 'person') await confirmDeletion(ground, caller, id);
  else for (const one of due) await ground.get(Reconciler).reconcile(caller.tenantId, one);
  if ('notice' in policy && !isUnnoticed) await ground.get(Reconciler).reconcile(caller.tenantId, id);
  await ground.advance(by === 'person' ? DAY : MINUTE);
  return { by, caller, other, id, second, purge: await purgeOf(ground, id), run: await planRun(ground, caller, due) };
}

/** Asked for and confirmed, as one and the same person does. */
export async function confirmDeletion(ground: RemovalGround, caller: Caller, id: InstanceId): Promise<void> {
  const { id: request, token } = await ground.get(DeletionRequestsService).open(caller, id);
  await ground.get(DeletionConfirmation).confirm(caller, request as never, { token, name: NAME });
}

/** What the sweep does about what is due. */
export const remove = (ground: RemovalGround, { by, caller, run }: Subject, id: InstanceId): Promise<void> =>
  by === 'rule' ? ground.get(RunTurns).take(run, id) : ground.get(Reconciler).reconcile(caller.tenantId, id);

async function planRun(ground: RemovalGround, { tenantId }: Caller, due: InstanceId[]): Promise<OpenRun> {
  const run = await ground.database.forTenant(tenantId, (tx) => ground.get(RunPlanner).plan(tx, 'test', due));
  return { tenantId, id: run!.id, slice: run!.slice, isReleased: false };
}

async function purgeOf(ground: RemovalGround, id: InstanceId): Promise<PurgeId> {
  const [row] = await ground.look<{ id: string }>(`SELECT id FROM purges WHERE instance_id = $1 AND status = 'scheduled'`, uuidOf(id));
  if (!row) throw new Error('It was not scheduled');
  return idFrom('pur', row.id);
}
