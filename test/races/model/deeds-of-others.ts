import { type HoldId, type InstanceId, uuidOf } from '#libs/contracts';
import { SwitchesService } from '../../../libs/platform/src/switches/switches.service.js';
import { Erasure } from '../../../libs/policy/src/removal/erasure.js';
import { PlatformHoldsService } from '../../../libs/policy/src/holds/platform-holds.service.js';
import { ClockMarkRepository } from '../../../libs/policy/src/clock-mark.repository.js';
import { PolicyLooks } from '../../../libs/policy/src/preview/policy-looks.js';
import { Reconciler } from '../../../libs/policy/src/reconciler.js';
import { RetentionRescan } from '../../../libs/policy/src/retention-rescan.js';
import { RetentionScheduleRepository } from '../../../libs/policy/src/retention-schedule.repository.js';
import { RetentionSweep } from '../../../libs/policy/src/retention-sweep.js';
import { RetentionWalk } from '../../../libs/policy/src/retention-walk.js';
import { RetentionRuns } from '../../../libs/policy/src/runs/retention-runs.js';
import { TenantsService } from '../../../libs/tenants/src/tenants.service.js';
import { about, type Deed } from './command.js';
import type { Reality } from './expectation.js';

const reason = 'a model';
const MINUTE = 60_000;

export const advance = (minutes: 30 | 90 | 1500): Deed => ({ name: `${minutes} minutes pass`, act: ({ ground }) => ground.advance(minutes * MINUTE) });

/** As another process of the product has one. */
function newSweep({ ground }: Reality): RetentionSweep {
  return new RetentionSweep(ground.get(ClockMarkRepository), ground.get(RetentionScheduleRepository), ground.get(Reconciler), ground.get(RetentionRescan), ground.get(RetentionWalk), ground.get(RetentionRuns));
}

export const sweep = (): Deed => ({ name: 'sweep', removes: true, act: (real) => newSweep(real).sweep() });
export const sweepTwice = (): Deed => ({ name: 'two sweeps at once', removes: true, act: (real) => Promise.all([newSweep(real).sweep(), newSweep(real).sweep()]) });
export const wake = (n: number) => about(n, 'wake', ({ ground, caller, ids }, _model, { place }) => ground.get(Reconciler).reconcile(caller.tenantId, ids[place]!), true);

/** I14: what a preview names is what is done. It does not name rescues, and a run over its limits is a matter of its own. */
export const previewAndSweep = (): Deed => ({
  name: 'preview and sweep',
  removes: true,
  when: ({ mode, isKilled, platformHolds, hadLimit }) => mode === 'enforce' && !isKilled && platformHolds.length === 0 && !hadLimit,
  act: async (real) => {
    const { ground, caller } = real;
    for (const id of real.ids) await ground.database.forTenant(caller.tenantId, (tx) => ground.schedule(tx, id));
    const [{ version }] = (await ground.look<{ version: number }>('SELECT active_version AS version FROM tenant_retention WHERE tenant_id = $1', uuidOf(caller.tenantId))) as [{ version: number }];
    const { tally } = await ground.get(PolicyLooks).look(caller, version);
    const before = await lifecycles(real);
    // the first may have to finish the run before
    for (let n = 0; n < 2; n++) await newSweep(real).sweep();
    const after = await lifecycles(real);
    const isRescue = (id: InstanceId) => before.get(uuidOf(id)) === 'purge_scheduled' && after.get(uuidOf(id)) !== 'purged';
    const changed = real.ids.filter((id) => before.get(uuidOf(id)) !== after.get(uuidOf(id)) && !isRescue(id));
    const named = tally.candidates.map(({ instanceId }) => instanceId);
    if ([...named].sort().join() !== [...changed].sort().join()) throw new Error(`I14: previewed ${named.join()}, done ${changed.join()}, after ${real.done.join(', ')}`);
  },
});

async function lifecycles({ ground, caller }: Reality): Promise<Map<string, string>> {
  const rows = await ground.look<{ id: string; lifecycle: string }>('SELECT id, lifecycle FROM instances WHERE tenant_id = $1', uuidOf(caller.tenantId));
  return new Map(rows.map(({ id, lifecycle }) => [id, lifecycle]));
}

export const kill = (on: boolean): Deed => ({
  name: `kill switch ${on ? 'on' : 'off'}`,
  act: async ({ ground }, model) => {
    await ground.get(SwitchesService).setKillSwitch(ground.operator, { on, reason });
    model.isKilled = on;
  },
});
export const holdPlatform = (): Deed => ({
  name: 'the operator holds everything',
  act: async ({ ground }, model) => void model.platformHolds.push((await ground.get(PlatformHoldsService).place(ground.operator, reason)).id),
});
export const releasePlatform = (): Deed => ({
  name: 'the operator releases a hold',
  when: ({ platformHolds }) => platformHolds.length > 0,
  act: async ({ ground }, model) => ground.get(PlatformHoldsService).release(ground.operator, model.platformHolds.pop() as HoldId),
});
export const suspend = (isSuspended: boolean): Deed => ({
  name: isSuspended ? 'suspend' : 'resume',
  act: async ({ ground, caller }, model) => {
    await ground.get(TenantsService)[isSuspended ? 'suspend' : 'resume'](ground.operator, caller.tenantId);
    model.isSuspended = isSuspended;
  },
});
export const erase = (n: number) =>
  about(n, 'erase', ({ ground, caller: { tenantId }, ids }, _model, { place }) => ground.get(Erasure).onPurged({ tenantId, instanceId: ids[place]! } as never));
