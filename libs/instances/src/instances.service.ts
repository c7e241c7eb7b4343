import { Injectable } from '@nestjs/common';
import type { Actor, Caller, InstanceId } from '#libs/contracts';
import { Clock, InstanceNotFound, InvalidRequest, isUniqueViolation, Journal, lockInstance, Mutations, type TenantTx } from '#libs/platform';
import type { InstanceChange } from './instance.js';
import type { InstanceDto, PatchInstanceDto } from './instance.dto.js';
import { InstanceViews } from './instance-views.js';
import { InstanceArchived, InstanceLeaving, InstancePurged, NameTaken } from './instances.errors.js';
import { InstancesRepository, type StoredInstance } from './instances.repository.js';
import { hasTooManyLabels } from './labels.validator.js';
import { planPatch } from './plan-patch.js';

/** What people change of an instance. Where it stands in its lifecycle is policy's to say. */
@Injectable()
export class InstancesService {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly instances: InstancesRepository,
    private readonly views: InstanceViews,
  ) {}

  async patch(caller: Caller, id: InstanceId, patch: PatchInstanceDto): Promise<InstanceDto> {
    try {
      return await this.mutations.forCaller(caller, async (tx) => {
        const change = planPatch(await this.lock(tx, id), patch);
        if (change.labels && hasTooManyLabels(change.labels)) throw new InvalidRequest([{ pointer: '/labels', detail: 'would be more than 32' }]);
        await this.apply(tx, id, change, caller.actor);
        return this.views.present(tx, id);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new NameTaken(patch.name ?? '');
      throw error;
    }
  }

  /** Asked for again, it is journalled again: it is what resumes a pairing that expired. @throws InstanceArchived, InstanceLeaving */
  start(caller: Caller, id: InstanceId): Promise<InstanceDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const { lifecycle, desiredState, isLeaving } = await this.lock(tx, id);
      if (lifecycle === 'archived') throw new InstanceArchived(id);
      if (isLeaving) throw new InstanceLeaving(id);
      if (desiredState !== 'running') await this.instances.change(tx, id, { desiredState: 'running' }, await this.clock.now(tx));
      await this.journal.append(tx, { type: 'instance.started', instanceId: id, actor: caller.actor, data: {} });
      return this.views.present(tx, id);
    });
  }

  /** Stopping what is stopped changes nothing. */
  stop(caller: Caller, id: InstanceId): Promise<InstanceDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const { desiredState } = await this.lock(tx, id);
      if (desiredState === 'running') {
        await this.instances.change(tx, id, { desiredState: 'stopped' }, await this.clock.now(tx));
        await this.journal.append(tx, { type: 'instance.stopped', instanceId: id, actor: caller.actor, data: {} });
      }
      return this.views.present(tx, id);
    });
  }

  private async apply(tx: TenantTx, id: InstanceId, change: InstanceChange, actor: Actor): Promise<void> {
    if (Object.keys(change).length === 0) return;
    await this.instances.change(tx, id, change, await this.clock.now(tx));
    const { name, labels, deletionProtection } = change;
    const entry = { instanceId: id, actor };
    if (name !== undefined) await this.journal.append(tx, { ...entry, type: 'instance.renamed', data: {}, personal: { name } });
    if (labels) await this.journal.append(tx, { ...entry, type: 'instance.labelled', data: { keys: Object.keys(labels) }, personal: { labels } });
    if (deletionProtection === true) await this.journal.append(tx, { ...entry, type: 'instance.protected', data: {} });
    if (deletionProtection === false) await this.journal.append(tx, { ...entry, type: 'instance.unprotected', data: {} });
  }

  /** @throws InstanceNotFound, InstancePurged */
  private async lock(tx: TenantTx, id: InstanceId): Promise<StoredInstance> {
    await lockInstance(tx, id);
    const instance = await this.instances.find(tx, id);
    if (!instance) throw new InstanceNotFound();
    if (instance.lifecycle === 'purged') throw new InstancePurged();
    return instance;
  }

}
