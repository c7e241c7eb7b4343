import { Injectable } from '@nestjs/common';
import type { Caller, PurgeId } from '#libs/contracts';
import { lockInstance, Mutations, type TenantTx } from '#libs/platform';
import { type PurgeDto, toPurgeDto } from './purge.dto.js';
import { ApprovalBook } from './approval-book.js';
import { PurgeEnded, PurgeNotFound } from './purges.errors.js';
import { type Purge, PurgesRepository } from './purges.repository.js';

/** Agreement to a removal by keys that have nothing to do with the one that asked for it. */
@Injectable()
export class PurgeApprovals {
  constructor(
    private readonly mutations: Mutations,
    private readonly purges: PurgesRepository,
    private readonly book: ApprovalBook,
  ) {}

  /** The same key twice counts once. @throws PurgeNotFound, PurgeEnded, ApprovalNotIndependent */
  approve(caller: Caller, id: PurgeId): Promise<PurgeDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const { instanceId } = await this.find(tx, id);
      await lockInstance(tx, instanceId);
      const purge = await this.find(tx, id);
      if (purge.status !== 'scheduled') throw new PurgeEnded(purge.status);
      await this.book.approve(tx, purge, caller);
      return toPurgeDto(await this.find(tx, id));
    });
  }

  private async find(tx: TenantTx, id: PurgeId): Promise<Purge> {
    const purge = await this.purges.find(tx, id);
    if (!purge) throw new PurgeNotFound();
    return purge;
  }
}
