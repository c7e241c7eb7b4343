import { Injectable } from '@nestjs/common';
import { type Actor, type Caller, type InstanceId, isId, newId, QuotaKeeper } from '#libs/contracts';
import {
  Clock,
  Database,
  decodeCursor,
  InstanceKeys,
  InstanceNotFound,
  InvalidRequest,
  isUniqueViolation,
  Journal,
  lockInstance,
  Mutations,
  type Page,
  pageOf,
  type TenantTx,
} from '#libs/platform';
import type { InstanceChange } from './instance.js';
import { type CreateInstanceDto, type InstanceDto, type ListInstancesQuery, type PatchInstanceDto, toInstanceDto } from './instance.dto.js';
import { InstanceOverviewsRepository } from './instance-overviews.repository.js';
import { EnvironmentMismatch, InstanceArchived, InstancePurged, NameTaken } from './instances.errors.js';
import { InstancesRepository, type StoredInstance } from './instances.repository.js';
import { hasTooManyLabels } from './labels.validator.js';
import { parseFilter } from './parse-filter.js';
import { planPatch } from './plan-patch.js';

const isInstanceKey = (key: unknown[]): key is [InstanceId] => key.length === 1 && typeof key[0] === 'string' && isId('ins', key[0]);

/** The registry: what people say about an instance. Where it stands in its lifecycle is policy's to say. */
@Injectable()
export class InstancesService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly quotas: QuotaKeeper,
    private readonly clock: Clock,
    private readonly keys: InstanceKeys,
    private readonly journal: Journal,
    private readonly instances: InstancesRepository,
    private readonly overviews: InstanceOverviewsRepository,
  ) {}

  async create(caller: Caller, request: CreateInstanceDto): Promise<InstanceDto> {
    const { environment, actor } = caller;
    if (request.environment && request.environment !== environment) throw new EnvironmentMismatch(environment);
    const { name, labels = {}, deletionProtection = false } = request;
    const id = newId('ins');
    return this.mutations.forCaller(caller, async (tx) => {
      await this.instances.insertHead(tx, id, environment);
      await this.keys.create(tx, id);
      const createdAt = await this.clock.now(tx);
      const inserted = await this.instances.insert(tx, { id, environment, name, labels, deletionProtection, createdAt });
      if (!inserted) throw new NameTaken(name);
      await this.journal.append(tx, { type: 'instance.created', instanceId: id, actor, data: { environment }, personal: { name, labels } });
      if (deletionProtection) await this.journal.append(tx, { type: 'instance.protected', instanceId: id, actor, data: {} });
      const created = await this.present(tx, id);
      await this.quotas.requireRoomForInstances(tx);
      return created;
    });
  }

  read(caller: Caller, id: InstanceId): Promise<InstanceDto> {
    return this.database.readForCaller(caller, (tx) => this.present(tx, id));
  }

  async list(caller: Caller, query: ListInstancesQuery): Promise<Page<InstanceDto>> {
    const before = decodeCursor(query.cursor, isInstanceKey)?.[0] ?? null;
    const rows = await this.database.readForCaller(caller, (tx) => this.overviews.list(tx, parseFilter(query), before, query.limit + 1));
    return pageOf(rows, query.limit, toInstanceDto, ({ id }) => [id]);
  }

  async patch(caller: Caller, id: InstanceId, patch: PatchInstanceDto): Promise<InstanceDto> {
    try {
      return await this.mutations.forCaller(caller, async (tx) => {
        const change = planPatch(await this.lock(tx, id), patch);
        if (change.labels && hasTooManyLabels(change.labels)) throw new InvalidRequest([{ pointer: '/labels', detail: 'would be more than 32' }]);
        await this.apply(tx, id, change, caller.actor);
        return this.present(tx, id);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new NameTaken(patch.name ?? '');
      throw error;
    }
  }

  /** Asked for again, it is journalled again: it is what resumes a pairing that expired. @throws InstanceArchived */
  start(caller: Caller, id: InstanceId): Promise<InstanceDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const { lifecycle, desiredState } = await this.lock(tx, id);
      if (lifecycle === 'archived') throw new InstanceArchived(id);
      if (desiredState !== 'running') await this.instances.change(tx, id, { desiredState: 'running' }, await this.clock.now(tx));
      await this.journal.append(tx, { type: 'instance.started', instanceId: id, actor: caller.actor, data: {} });
      return this.present(tx, id);
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
      return this.present(tx, id);
    });
  }

  /** As a reader sees it, inside a unit of work. @throws InstanceNotFound */
  async present(tx: TenantTx, id: InstanceId): Promise<InstanceDto> {
    const overview = await this.overviews.find(tx, id);
    if (!overview) throw new InstanceNotFound();
    return toInstanceDto(overview);
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
