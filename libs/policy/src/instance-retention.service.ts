import { Injectable } from '@nestjs/common';
import type { Caller, InstanceId } from '#libs/contracts';
import { type InstanceDto, InstanceViews } from '#libs/instances';
import { InstanceNotFound, lockInstance, Mutations, type TenantTx } from '#libs/platform';
import { type RetentionFacts, RetentionFactsRepository } from '#libs/retention';
import { archiveRefusal } from './archive-refusal.js';
import { InstanceMover } from './instance-mover.js';
import { InstanceNotArchived } from './policy.errors.js';

/** What a person does to an instance's lifecycle, in any mode and whatever the rules say. */
@Injectable()
export class InstanceRetentionService {
  constructor(
    private readonly mutations: Mutations,
    private readonly views: InstanceViews,
    private readonly facts: RetentionFactsRepository,
    private readonly mover: InstanceMover,
  ) {}

  /** @throws InstanceConnected, InstancePairing, InstanceNotActive */
  archive(caller: Caller, id: InstanceId): Promise<InstanceDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const refusal = archiveRefusal(await this.lock(tx, id));
      if (refusal) throw refusal;
      await this.mover.archive(tx, id, { actor: caller.actor, ruleId: null, policyVersion: null });
      return this.views.present(tx, id);
    });
  }

  /** Brings everything back as it was. @throws InstanceNotArchived */
  restore(caller: Caller, id: InstanceId, start: boolean): Promise<InstanceDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const { lifecycle } = await this.lock(tx, id);
      if (lifecycle !== 'archived') throw new InstanceNotArchived(lifecycle);
      await this.mover.restore(tx, id, caller.actor, start);
      return this.views.present(tx, id);
    });
  }

  private async lock(tx: TenantTx, id: InstanceId): Promise<RetentionFacts> {
    await lockInstance(tx, id);
    const [facts] = await this.facts.of(tx, [id]);
    if (!facts) throw new InstanceNotFound();
    return facts;
  }
}
