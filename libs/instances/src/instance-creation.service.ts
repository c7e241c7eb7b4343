import { Injectable } from '@nestjs/common';
import { type Caller, type InstanceId, newId, QuotaKeeper } from '#libs/contracts';
import { InstanceKeys, Journal, Mutations, type TenantTx } from '#libs/platform';
import type { CreateInstanceDto, InstanceDto } from './instance.dto.js';
import { InstanceViews } from './instance-views.js';
import { EnvironmentMismatch, NameTaken } from './instances.errors.js';
import { InstancesRepository } from './instances.repository.js';

/** Makes instances. */
@Injectable()
export class InstanceCreation {
  constructor(
    private readonly mutations: Mutations,
    private readonly keys: InstanceKeys,
    private readonly journal: Journal,
    private readonly instances: InstancesRepository,
    private readonly views: InstanceViews,
    private readonly quotas: QuotaKeeper,
  ) {}

  /** @throws EnvironmentMismatch, NameTaken, and a Problem when the tenant has as many as it may */
  async create(caller: Caller, request: CreateInstanceDto): Promise<InstanceDto> {
    if (request.environment && request.environment !== caller.environment) throw new EnvironmentMismatch(caller.environment);
    const id = newId('ins');
    return this.mutations.forCaller(caller, async (tx) => {
      if (!(await this.insert(tx, id, caller, request))) throw new NameTaken(request.name);
      const [created] = await Promise.all([this.views.present(tx, id), this.quotas.requireRoomForInstances(tx)]);
      return created;
    });
  }

  /** Head, key, instance and entry go out together: none of them waits for another's answer. False when the name is taken. */
  private async insert(tx: TenantTx, id: InstanceId, { environment, actor }: Caller, request: CreateInstanceDto): Promise<boolean> {
    const { name, labels = {}, deletionProtection = false } = request;
    const entry = { instanceId: id, actor };
    const [inserted] = await Promise.all([
      this.instances.insert(tx, { id, environment, name, labels, deletionProtection }),
      this.keys.create(tx, id),
      this.journal.append(tx, { ...entry, type: 'instance.created', data: { environment }, personal: { name, labels } }),
    ]);
    if (deletionProtection) await this.journal.append(tx, { ...entry, type: 'instance.protected', data: {} });
    return inserted;
  }
}
