import { Injectable } from '@nestjs/common';
import type { Caller, InstanceId } from '#libs/contracts';
import { InstancePurged } from '#libs/instances';
import { Clock, Database, InvalidRequest, Journal, lockInstance, Mutations, requireInstance } from '#libs/platform';
import { RetentionScheduler } from '../retention-scheduler.js';
import { type OverrideDto, type SetOverrideDto, toOverrideDto } from './override.dto.js';
import { NoOverride } from './overrides.errors.js';
import { OverridesRepository } from './overrides.repository.js';

/** Other times than the rules', for one instance: longer always, shorter only by a key that may remove. Never under a floor. */
@Injectable()
export class OverridesService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly overrides: OverridesRepository,
    private readonly scheduler: RetentionScheduler,
  ) {}

  /** @throws InstanceNotFound, NoOverride */
  read(caller: Caller, instanceId: InstanceId): Promise<OverrideDto> {
    return this.database.forCaller(caller, async (tx) => {
      await requireInstance(tx, instanceId);
      const override = await this.overrides.find(tx, instanceId);
      if (!override) throw new NoOverride();
      return toOverrideDto(override);
    });
  }

  /** @throws InstanceNotFound, InstancePurged, InvalidRequest when it says nothing */
  set(caller: Caller, instanceId: InstanceId, { archiveAfter = null, purgeAfter = null }: SetOverrideDto): Promise<OverrideDto> {
    if (archiveAfter === null && purgeAfter === null) throw new InvalidRequest([{ pointer: '/archiveAfter', detail: 'one of archiveAfter and purgeAfter must be given' }]);
    const mayShorten = caller.scopes.some((scope) => scope === '*' || scope === 'retention:purge');
    return this.mutations.forCaller(caller, async (tx) => {
      await lockInstance(tx, instanceId);
      const override = { archiveAfter, purgeAfter, mayShorten, setAt: await this.clock.now(tx), setBy: caller.actor };
      if (!(await this.overrides.put(tx, instanceId, override))) throw new InstancePurged();
      await this.journal.append(tx, { type: 'override.set', instanceId, actor: caller.actor, data: { archiveAfter, purgeAfter, mayShorten } });
      await this.scheduler.reschedule(tx, [instanceId]);
      return toOverrideDto(override);
    });
  }

  /** @throws InstanceNotFound, NoOverride */
  clear(caller: Caller, instanceId: InstanceId): Promise<void> {
    return this.mutations.forCaller(caller, async (tx) => {
      await lockInstance(tx, instanceId);
      if (!(await this.overrides.clear(tx, instanceId))) throw new NoOverride();
      await this.journal.append(tx, { type: 'override.cleared', instanceId, actor: caller.actor, data: {} });
      await this.scheduler.reschedule(tx, [instanceId]);
    });
  }
}
