import type { HoldId, PurgeId, RunId } from '#libs/contracts';
import { InstancesService } from '../../../libs/instances/src/instances.service.js';
import { DeletionConfirmation } from '../../../libs/policy/src/deletion/deletion-confirmation.service.js';
import { DeletionRequestsService } from '../../../libs/policy/src/deletion/deletion-requests.service.js';
import { HoldsService } from '../../../libs/policy/src/holds/holds.service.js';
import { InstanceRetentionService } from '../../../libs/policy/src/instance-retention.service.js';
import { OverridesService } from '../../../libs/policy/src/overrides/overrides.service.js';
import { PolicyActivationsService } from '../../../libs/policy/src/policy-activations.service.js';
import { PurgeApprovals } from '../../../libs/policy/src/removal/purge-approvals.service.js';
import { PurgesService } from '../../../libs/policy/src/removal/purges.service.js';
import { RunsService } from '../../../libs/policy/src/runs/runs.service.js';
import { about, type Deed } from './command.js';
import { DOCUMENTS, ruled, type Rules } from './documents.js';
import { isOn, newTold, type Reality } from './expectation.js';
import { endSession } from './sessions.js';

const reason = 'a model';
const MOST = 3;
const purgeOf = async ({ ground, caller, ids }: Reality, place: number): Promise<PurgeId | undefined> =>
  (await ground.get(PurgesService).list(caller, { instanceId: ids[place], status: 'scheduled', limit: 1 })).data[0]?.id as PurgeId | undefined;
const runOf = async ({ ground, caller }: Reality): Promise<RunId | undefined> =>
  (await ground.get(RunsService).list(caller, { limit: 5 })).data.find(({ status }) => status === 'blocked')?.id as RunId | undefined;

export const create = (labels: Record<string, string>): Deed => ({
  name: `create ${JSON.stringify(labels)}`,
  when: ({ instances }) => instances.length < MOST,
  act: async (real, model) => {
    const id = await real.ground.create(real.caller, `shop ${real.ids.length}`, labels);
    real.ids.push(id);
    model.instances.push(newTold(labels));
  },
});

export const rename = (n: number) => about(n, 'rename', ({ ground, caller, ids }, _model, { place }) => ground.get(InstancesService).patch(caller, ids[place]!, { name: `other ${place}` }));

export const label = (n: number, key: string, value: string | null) =>
  about(n, `label ${key}=${value}`, async ({ ground, caller, ids }, _model, { place, told }) => {
    await ground.get(InstancesService).patch(caller, ids[place]!, { labels: { [key]: value } });
    if (value === null) delete told.labels[key];
    else told.labels[key] = value;
  });

export const protect = (n: number, isProtected: boolean) =>
  about(n, isProtected ? 'protect' : 'unprotect', async ({ ground, caller, ids }, _model, { place, told }) => {
    await ground.get(InstancesService).patch(caller, ids[place]!, { deletionProtection: isProtected });
    told.isProtected = isProtected;
  });

export const archive = (n: number) => about(n, 'archive', ({ ground, caller, ids }, _model, { place }) => ground.get(InstanceRetentionService).archive(caller, ids[place]!));
export const restore = (n: number) => about(n, 'restore', ({ ground, caller, ids }, _model, { place }) => ground.get(InstanceRetentionService).restore(caller, ids[place]!, false));

export const setOverride = (n: number, purgeAfter: string) =>
  about(n, `override ${purgeAfter}`, ({ ground, caller, ids }, _model, { place }) => ground.get(OverridesService).set(caller, ids[place]!, { purgeAfter }));
export const clearOverride = (n: number) => about(n, 'clear the override of', ({ ground, caller, ids }, _model, { place }) => ground.get(OverridesService).clear(caller, ids[place]!));

export const activate = (rules: Rules): Deed => ({
  name: `activate ${rules}`,
  act: async ({ ground, caller }, model) => {
    const version = await ground.draft(caller, DOCUMENTS[rules].document);
    await ground.get(PolicyActivationsService).activate(caller, version, await ground.preview(caller, version));
    Object.assign(model, ruled(rules));
  },
});

export const holdInstance = (n: number) =>
  about(n, 'hold', async ({ ground, caller, ids }, model, { place }) => {
    const { id } = await ground.get(HoldsService).place(caller, { scope: 'instance', instanceId: ids[place]!, reason });
    model.holds.push({ id, scope: 'instance', place, key: null });
  });
export const holdLabel = (key: string): Deed => ({
  name: `hold what has ${key}`,
  act: async ({ ground, caller }, model) => {
    const { id } = await ground.get(HoldsService).place(caller, { scope: 'selector', selector: key, reason });
    model.holds.push({ id, scope: 'selector', place: null, key });
  },
});
export const holdTenant = (): Deed => ({
  name: 'hold everything',
  act: async ({ ground, caller }, model) => {
    const { id } = await ground.get(HoldsService).place(caller, { scope: 'tenant', reason });
    model.holds.push({ id, scope: 'tenant', place: null, key: null });
  },
});
export const release = (n: number): Deed => ({
  name: `release hold ${n}`,
  when: ({ holds }) => holds.length > 0,
  act: async ({ ground, caller }, model) => {
    const hold = model.holds[n % model.holds.length]!;
    const at = await ground.now();
    await ground.get(HoldsService).release(caller, hold.id as HoldId);
    model.holds = model.holds.filter((other) => other !== hold);
    for (const [place, told] of model.instances.entries()) if (isOn(hold, told, place)) told.releasedAt = at;
  },
});

/** The session ends with it, as its owner would see to. */
export const confirmDeletion = (n: number) =>
  about(n, 'ask for and confirm the deletion of', async (real, _model, { place, told }) => {
    const { ground, caller, ids } = real;
    const { id, token } = await ground.get(DeletionRequestsService).open(caller, ids[place]!);
    const [row] = await ground.look<{ name: string }>('SELECT name FROM instances WHERE id = (SELECT instance_id FROM deletion_requests ORDER BY id DESC LIMIT 1)');
    await ground.get(DeletionConfirmation).confirm(caller, id as never, { token, name: row!.name });
    told.isConfirmed = true;
    await endSession(real, place, told);
  });
export const cancelDeletion = (n: number) =>
  about(n, 'take back the deletion of', async ({ ground, caller, ids }, _model, { place, told }) => {
    const { data } = await ground.get(DeletionRequestsService).list(caller, { instanceId: ids[place]!, limit: 1 });
    if (!data[0]) return;
    await ground.get(DeletionConfirmation).cancel(caller, data[0].id as never);
    told.isConfirmed = false;
  });

export const approve = (n: number) =>
  about(n, 'approve the removal of', async (real, _model, { place }) => {
    const purge = await purgeOf(real, place);
    if (purge) await real.ground.get(PurgeApprovals).approve(real.other, purge);
  });
/** Who put the rules in force, or asked for the deletion, agrees to themselves. */
export const approveOneself = (n: number) =>
  about(n, 'approve their own removal of', async (real, _model, { place }) => {
    const purge = await purgeOf(real, place);
    if (!purge) return;
    await real.ground.get(PurgeApprovals).approve(real.caller, purge);
    throw new Error('I9: somebody agreed with themselves');
  });
export const cancelPurge = (n: number) =>
  about(n, 'take back the removal of', async (real, _model, { place, told }) => {
    const purge = await purgeOf(real, place);
    if (!purge) return;
    await real.ground.get(PurgesService).cancel(real.caller, purge);
    told.isConfirmed = false;
  });

export const decideRun = (to: 'release' | 'cancel'): Deed => ({
  name: `${to} a run`,
  act: async (real) => {
    const run = await runOf(real);
    if (run) await real.ground.get(RunsService)[to](real.caller, run);
  },
});
