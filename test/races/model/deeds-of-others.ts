import type { HoldId } from '#libs/contracts';
import { SwitchesService } from '../../../libs/platform/src/switches/switches.service.js';
import { Erasure } from '../../../libs/policy/src/removal/erasure.js';
import { PlatformHoldsService } from '../../../libs/policy/src/holds/platform-holds.service.js';
import { ClockWatch } from '../../../libs/policy/src/clock/clock-watch.js';
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
export function newSweep({ ground }: Reality): RetentionSweep {
  return new RetentionSweep(ground.get(ClockWatch), ground.get(RetentionScheduleRepository), ground.get(Reconciler), ground.get(RetentionRescan), ground.get(RetentionWalk), ground.get(RetentionRuns));
}

export const sweep = (): Deed => ({ name: 'sweep', removes: true, act: (real) => newSweep(real).sweep() });
export const sweepTwice = (): Deed => ({ name: 'two sweeps at once', removes: true, act: (real) => Promise.all([newSweep(real).sweep(), newSweep(real).sweep()]) });
export const wake = (n: number) => about(n, 'wake', ({ ground, caller, ids }, _model, { place }) => ground.get(Reconciler).reconcile(caller.tenantId, ids[place]!), true);

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
